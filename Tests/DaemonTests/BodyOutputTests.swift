import Daemon
import Glibc
import HandlerLibrary
import MessageHandling
import Systemd
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BodyOutputTests {
    private static let id = "00000000-0000-4000-8000-000000000000"

    private static func message(_ body: String, group: String? = nil) -> Message {
        var system = ["ApproximateReceiveCount": "2"]
        system["MessageGroupId"] = group
        return Message(
            id: id, receiptHandle: "r", body: body, systemAttributes: system,
            queue: Queue(name: "orders", url: "http://127.0.0.1/000000000000/orders"))
    }

    /// The other fields than the body's and the kind's.
    private static func fields(group: String? = nil) -> String {
        """
        SQS_QUEUE=orders
        SQS_MESSAGE_ID=\(id)
        SQS_HANDLER=audit
        SQS_RECEIVE_COUNT=2

        """ + (group.map { "SQS_MESSAGE_GROUP_ID=\($0)\n" } ?? "")
    }

    @Test(arguments: [nil, "group 1"])
    func `an entry of the journal is the body, with what tells its message`(group: String?)
        async throws
    {
        let journal = try JournalDouble()
        let bodies = JournalBodies(
            JournalSocket(path: journal.path, patience: .seconds(1000)), identifier: "subscriber")
        async let results = bodies.write([Self.message("<3>a=b", group: group)], of: "audit")
        let entry = try #require(await journal.read())
        let expected = """
            MESSAGE=<3>a=b
            PRIORITY=6
            SYSLOG_IDENTIFIER=subscriber
            MESSAGE_ID=\(EventID.messageBody.rawValue)

            """
        #expect(String(decoding: entry, as: UTF8.self) == expected + Self.fields(group: group))
        #expect(await results == [.done])
    }

    @Test func `a body that journald would drop for its size is rejected, and says why`() throws {
        let journal = try JournalDouble()
        let bodies = JournalBodies(JournalSocket(path: journal.path, patience: .zero))
        let body = String(repeating: "x", count: JournalSocket.entryBytes)
        let results = bodies.write([Self.message(body)], of: "audit")
        guard case .outcome(.reject(let reason)) = results.first else {
            Issue.record("it was written")
            return
        }
        #expect(reason.contains("\(body.utf8.count) bytes"))
    }

    @Test func `journald that is not there, or does not read, is said with what to do`() throws {
        let journal = try JournalDouble()
        let bodies = JournalBodies(
            JournalSocket(path: journal.path, patience: .milliseconds(50)))
        #expect(refusal(of: bodies).allSatisfy { $0.contains("has stopped reading: look at") })
        journal.closeSocket()
        #expect(refusal(of: bodies).allSatisfy { $0.contains("does not listen") })
        let hidden = JournalBodies(JournalSocket(path: "/nonexistent/socket"))
        #expect(refusal(of: hidden).allSatisfy { $0.contains("does not listen") })
        #expect(refusal(of: bodies).count == 2)
    }

    @Test(arguments: [
        ("/dev/full", O_WRONLY, "make room for it"), ("/dev/null", O_RDONLY, "is closed"),
    ])
    func `a stream that takes nothing is said with what to do`(
        path: String, mode: Int32, words: String
    ) throws {
        let descriptor = open(path, mode | O_CLOEXEC)
        defer { close(descriptor) }
        let texts = refusal(of: StreamBodies(OutputStream(descriptor: descriptor)))
        #expect(texts.first?.contains(words) == true, "\(texts)")
    }

    /// What a write and a check say.
    private func refusal(of bodies: any BodyOutput) -> [String] {
        var texts: [String] = []
        for case .unavailable(let text) in bodies.write([Self.message("x")], of: "audit") {
            texts.append(text)
        }
        do throws(HandlerUnavailable) {
            try bodies.check()
        } catch {
            texts.append(error.description)
        }
        return texts
    }
}
