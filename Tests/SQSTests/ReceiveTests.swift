import MessageHandling
import SQS
import TestKit
import Testing

private let soundBody = "hé😀"
private let soundDigest = "7510e1df27cb4446ae7f0bad18735f92"

/// One message of an answer, as JSON.
private func message(
    _ id: String, digest: String = soundDigest, group: String? = nil, more: String = ""
) -> String {
    let attributes = group.map { #","Attributes":{"MessageGroupId":"\#($0)"}"# } ?? ""
    return #"{"MessageId":"\#(id)","ReceiptHandle":"h-\#(id)","MD5OfBody":"\#(digest)","#
        + #""Body":"h\u00e9\ud83d\ude00"\#(attributes)\#(more)}"#
}

private func answer(_ messages: String...) -> String {
    #"{"Messages":[\#(messages.joined(separator: ","))]}"#
}

@Suite(.timeLimit(.minutes(1)))
struct ReceiveTests {
    private func receive(
        _ body: String, from url: String = queueURL
    ) async throws -> (messages: [Message], corrupted: [CorruptedMessage]) {
        let scene = Scene([.answer(body)])
        let messages = try await scene.client.receive(
            ReceiveRequest(queue: queue(url), maximumMessages: 10, waitTime: .zero))
        return (
            messages,
            scene.journal.entries.compactMap {
                if case .corrupted(let message) = $0 { message } else { nil }
            }
        )
    }

    @Test func `a message comes with all that is known of it`() async throws {
        let more = #"""
            ,"Attributes":{"ApproximateReceiveCount":"2","SentTimestamp":"1700000000000"},
            "MD5OfMessageAttributes":"8f8e11f746194944777ec3bfb84c60c6",
            "MessageAttributes":{
              "a":{"StringValue":"v","DataType":"String","StringListValues":[]},
              "n":{"StringValue":"12","DataType":"Number.int","BinaryValue":null},
              "b":{"BinaryValue":"AAEC","DataType":"Binary"}},
            "Unknown":{"x":[1,null]}
            """#
        let received = try await receive(answer(message("m", more: more)))
        #expect(
            received.messages == [
                Message(
                    id: "m", receiptHandle: "h-m", body: soundBody,
                    attributes: [
                        "a": MessageAttribute(dataType: "String", value: .text("v")),
                        "n": MessageAttribute(dataType: "Number.int", value: .text("12")),
                        "b": MessageAttribute(dataType: "Binary", value: .binary([0, 1, 2])),
                    ],
                    systemAttributes: [
                        "ApproximateReceiveCount": "2", "SentTimestamp": "1700000000000",
                    ], queue: queue())
            ])
        #expect(
            received.messages.map(\.digests) == [
                ContentDigests(body: soundDigest, attributes: "8f8e11f746194944777ec3bfb84c60c6")
            ])
        #expect(received.corrupted.isEmpty)
    }

    @Test(arguments: ["{}", #"{"Messages":null}"#, #"{"Messages":[]}"#, "null"])
    func `no messages are no messages, however they are left out`(body: String) async throws {
        let received = try await receive(body)
        #expect(received.messages.isEmpty)
    }

    @Test(arguments: [
        (message("bad", digest: "00000000000000000000000000000000"), CorruptedMessage.Reason.body),
        (
            message(
                "bad",
                more: #"""
                    ,"MD5OfMessageAttributes":"00000000000000000000000000000000",
                    "MessageAttributes":{"a":{"StringValue":"v","DataType":"String"}}
                    """#), .attributes
        ),
        (
            message("bad", more: #","MD5OfMessageAttributes":"8f8e11f746194944777ec3bfb84c60c6""#),
            .attributes
        ),
        (
            message(
                "bad",
                more: #","MessageAttributes":{"a":{"BinaryValue":"A","DataType":"Binary"}}"#),
            .attributes
        ),
        (#"{"MessageId":"bad","ReceiptHandle":"h"}"#, .incomplete),
        (#"{"MessageId":"bad","Body":"x"}"#, .incomplete),
    ])
    func `a damaged message is withheld and reported, the others are not`(
        damaged: String, reason: CorruptedMessage.Reason
    ) async throws {
        let received = try await receive(answer(message("1"), damaged, message("2")))
        #expect(received.messages.map(\.id) == ["1", "2"])
        #expect(
            received.corrupted == [
                CorruptedMessage(queueURL: queueURL, id: "bad", reason: reason)
            ])
    }

    @Test func `a lone surrogate damages its own message only`() async throws {
        let received = try await receive(
            #"{"Messages":[{"MessageId":"bad","ReceiptHandle":"h","Body":"\ud83d","#
                + #""MD5OfBody":"\#(soundDigest)"},\#(message("1"))]}"#)
        #expect(received.messages.map(\.id) == ["1"])
        #expect(received.corrupted.map(\.reason) == [.body])
    }

    @Test func `a server without digests is believed`() async throws {
        let received = try await receive(
            #"{"Messages":[{"MessageId":"1","ReceiptHandle":"h","Body":""}]}"#)
        #expect(received.messages.map(\.id) == ["1"])
        #expect(received.messages.map(\.digests) == [nil])
    }

    @Test(arguments: ["", "d41d8cd98f00b204e9800998ecf8427e", "D41D8CD98F00B204E9800998ECF8427E"])
    func `a digest of nothing is none, and digests in capitals are read`(ofNothing: String)
        async throws
    {
        let received = try await receive(
            answer(
                message("1", more: #","MD5OfMessageAttributes":"\#(ofNothing)""#),
                message("2", digest: soundDigest.uppercased()),
                message(
                    "3", digest: ofNothing,
                    more: #"""
                        ,"MD5OfMessageAttributes":"A18CBB58171EBF4CE88D9FB787F9210B",
                        "MessageAttributes":{"a":{"StringValue":"v","DataType":"String"}}
                        """#)))
        #expect(received.messages.map(\.id) == ["1", "2", "3"])
        #expect(
            received.messages.map(\.digests) == [
                ContentDigests(body: soundDigest, attributes: nil),
                ContentDigests(body: soundDigest, attributes: nil), nil,
            ])
    }

    @Test func `in a FIFO queue nothing of its group overtakes a damaged message`() async throws {
        let received = try await receive(
            answer(
                message("a1", group: "a"), message("b1", group: "b"),
                message("a2", digest: "0", group: "a"), message("b2", group: "b"),
                message("a3", group: "a")),
            from: fifoURL)
        #expect(received.messages.map(\.id) == ["a1", "b1", "b2"])
        #expect(received.corrupted.map(\.id) == ["a2", "a3"])
        #expect(received.corrupted.map(\.reason) == [.body, .behindAnother])
    }

    @Test func `in a FIFO queue a damaged message of no known group holds all up`() async throws {
        let received = try await receive(
            answer(message("a1", group: "a"), message("x", digest: "0"), message("b1", group: "b")),
            from: fifoURL)
        #expect(received.messages.map(\.id) == ["a1"])
        #expect(received.corrupted.map(\.reason) == [.body, .behindAnother])
    }

    @Test func `in a standard queue a group holds nothing up`() async throws {
        let received = try await receive(
            answer(message("a1", digest: "0", group: "a"), message("a2", group: "a")))
        #expect(received.messages.map(\.id) == ["a2"])
    }

    @Test func `an answer cut at any byte is an error, never fewer messages`() async throws {
        let whole = Array(answer(message("1"), message("2")).utf8)
        for length in 0..<whole.count {
            let scene = Scene([.answer(String(decoding: whole[..<length], as: UTF8.self))])
            let error = await #expect(throws: SQSError.self, "cut after \(length) bytes") {
                _ = try await scene.client.receive(
                    ReceiveRequest(queue: queue(), maximumMessages: 10, waitTime: .zero))
            }
            #expect(error?.kind == .transient)
        }
    }
}
