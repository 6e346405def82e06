import Dispatch
import Glibc
import Systemd
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct JournalSocketTests {
    private static let long = Duration.seconds(1000)
    private static let short = Duration.milliseconds(100)

    private static func entry(_ message: String) -> JournalEntry {
        var entry = JournalEntry()
        entry.append("MESSAGE", message)
        entry.append(key: "queue", "orders")
        return entry
    }

    /// What a call throws, on a thread that may block.
    private static func failure(
        _ call: @escaping @Sendable () throws(OutputFailure) -> Void
    ) async -> OutputFailure? {
        do throws(OutputFailure) {
            try call()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("one line", "MESSAGE=one line\nSQS_QUEUE=orders\n"),
        ("", "MESSAGE=\nSQS_QUEUE=orders\n"),
        ("a=b", "MESSAGE=a=b\nSQS_QUEUE=orders\n"),
        ("a\nSQS_QUEUE=x\n", "MESSAGE\n\u{E}\0\0\0\0\0\0\0a\nSQS_QUEUE=x\n\nSQS_QUEUE=orders\n"),
        ("<3>\u{0}\t 🦤 ", "MESSAGE=<3>\u{0}\t 🦤 \nSQS_QUEUE=orders\n"),
    ])
    func `an entry has journald's form, with the length of what has line breaks`(
        message: String, datagram: String
    ) {
        #expect(Self.entry(message).datagram == Array(datagram.utf8))
    }

    @Test func `the length of a value has eight bytes, the least significant first`() {
        let datagram = Self.entry(String(repeating: "\n", count: 0x1_0203)).datagram
        #expect(Array(datagram.prefix(16)) == Array("MESSAGE\n".utf8) + [3, 2, 1, 0, 0, 0, 0, 0])
    }

    @Test func `an entry that journald has read is written`() async throws {
        let journal = try JournalDouble()
        let socket = JournalSocket(path: journal.path, patience: Self.long)
        async let failure = Self.failure { () throws(OutputFailure) in
            try socket.write(Self.entry("read"))
        }
        #expect(await journal.read() == Self.entry("read").datagram)
        #expect(await failure == nil)
    }

    @Test func `an entry that waits in the socket is not written yet`() async throws {
        let journal = try JournalDouble()
        let socket = JournalSocket(path: journal.path, patience: Self.short)
        let failure = await Self.failure { () throws(OutputFailure) in
            try socket.write(Self.entry("unread"))
        }
        #expect(failure == .unread)
        #expect(await journal.read() == Self.entry("unread").datagram)
    }

    @Test func `an entry that was in the socket when it was closed is refused`() async throws {
        let journal = try JournalDouble()
        let socket = JournalSocket(path: journal.path, patience: Self.long)
        journal.closeSocketOnArrival()
        let failure = await Self.failure { () throws(OutputFailure) in
            try socket.write(Self.entry("lost"))
        }
        #expect(failure == .refused(ECONNREFUSED))
    }

    @Test(arguments: [
        ("/proc/self/exe", nil), ("/proc/self/no-mark", OutputFailure.refused(ESRCH)),
        ("/nonexistent/mark", nil),
    ])
    func `an entry that was read while journald does not run is refused`(
        mark: String, refusal: OutputFailure?
    ) async throws {
        let journal = try JournalDouble()
        let socket = JournalSocket(path: journal.path, mark: mark, patience: Self.long)
        async let failure = Self.failure { () throws(OutputFailure) in
            try socket.write(Self.entry("thrown away"))
        }
        #expect(await journal.read() == Self.entry("thrown away").datagram)
        #expect(await failure == refusal)
    }

    @Test func `without journald entries and checks are refused`() async throws {
        let journal = try JournalDouble()
        journal.closeSocket()
        for (path, code) in [(journal.path, ECONNREFUSED), ("/nonexistent/socket", ENOENT)] {
            let socket = JournalSocket(path: path, patience: Self.long)
            let refused = [
                await Self.failure { () throws(OutputFailure) in
                    try socket.write(Self.entry("x"))
                },
                await Self.failure { () throws(OutputFailure) in try socket.check() },
            ]
            #expect(refused == [.refused(code), .refused(code)])
        }
    }

    @Test func `more entries than the socket holds wait for journald`() async throws {
        let journal = try JournalDouble()
        let socket = JournalSocket(path: journal.path, patience: Self.long)
        let count = 100
        let reading = journal.reading(count: count)
        await withTaskGroup { group in
            for number in 0..<count {
                group.addTask {
                    await Self.failure { () throws(OutputFailure) in
                        try socket.write(Self.entry("\(number)"))
                    }
                }
            }
            for await failure in group { #expect(failure == nil) }
        }
        let read = await reading.first { _ in true } ?? []
        #expect(Set(read) == Set((0..<count).map { Self.entry("\($0)").datagram }))
    }

    @Test func `a cancelled write ends, though journald does not read`() async throws {
        let journal = try JournalDouble()
        let socket = JournalSocket(path: journal.path, patience: Self.long)
        let writing = Task {
            await Self.failure { () throws(OutputFailure) in
                try socket.write(Self.entry("cancelled"))
            }
        }
        writing.cancel()
        #expect(await writing.value == .cancelled)
        #expect(await journal.read() == Self.entry("cancelled").datagram)
    }

    @Test func `a check enters nothing, and sees whether journald reads`() async throws {
        let journal = try JournalDouble()
        let socket = JournalSocket(path: journal.path, patience: Self.short)
        let unread = await Self.failure { () throws(OutputFailure) in try socket.check() }
        #expect(unread == .unread)
        #expect(await journal.read() == [])

        let patient = JournalSocket(path: journal.path, patience: Self.long)
        async let failure = Self.failure { () throws(OutputFailure) in try patient.check() }
        #expect(await journal.read() == [])
        #expect(await failure == nil)
    }
}
