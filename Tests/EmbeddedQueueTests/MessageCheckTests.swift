import EmbeddedQueue
import MessageHandling
import SQS
import Testing

@Suite struct MessageCheckTests {
    private static func text(_ value: String, _ type: String = "String") -> MessageAttribute {
        MessageAttribute(dataType: type, value: .text(value))
    }

    @Test(
        arguments: [
            ("", SQSErrorCode.missingParameter), ("\0", .invalidMessageContents),
            ("a\u{B}", .invalidMessageContents), ("\u{FFFE}", .invalidMessageContents),
            ("\u{FFFF}", .invalidMessageContents), ("\t\n\r \u{D7FF}\u{E000}\u{FFFD}", nil),
            ("\u{10000}\u{10FFFF}\u{1F41F}", nil), ("\u{7F}\u{85}", nil),
        ] as [(String, SQSErrorCode?)])
    func `which bodies are taken`(body: String, code: SQSErrorCode?) throws {
        var queue = try StoreHarness()
        #expect(refusal { try queue.send(body) } == code)
    }

    @Test(
        arguments: [
            ("a", text("x"), nil), ("a-b_c.9", text("x", "String.custom"), nil),
            ("a", text("1e3", "Number"), nil), ("a", text("-1.5", "Number.float"), nil),
            ("a", MessageAttribute(dataType: "Binary", value: .binary([0])), nil),
            ("a", text(""), .invalidParameterValue), ("a", text("x", ""), .invalidParameterValue),
            ("a", text("x", "Text"), .invalidParameterValue),
            ("a", text("x", "Number"), .invalidParameterValue),
            ("a", text("nan", "Number"), .invalidParameterValue),
            ("a", text("0x1F", "Number"), .invalidParameterValue),
            ("a", text("0x1p4", "Number"), .invalidParameterValue),
            ("a", text("1e", "Number"), .invalidParameterValue),
            ("a", text("+.5E-7", "Number"), nil),
            ("a", text(" 1", "Number"), .invalidParameterValue),
            ("a", text("x", "Binary"), .invalidParameterValue),
            ("a", text("x", "Stringer"), .invalidParameterValue),
            ("a", text("x\0"), .invalidParameterValue), ("attr.1øßä", text("x"), nil),
            ("名前", text("x"), nil), ("a💥", text("x"), .invalidParameterValue),
            (
                "a", MessageAttribute(dataType: "String", value: .binary([1])),
                .invalidParameterValue
            ),
            ("", text("x"), .invalidParameterValue), ("a b", text("x"), .invalidParameterValue),
            (".a", text("x"), .invalidParameterValue), ("a.", text("x"), .invalidParameterValue),
            ("a..b", text("x"), .invalidParameterValue),
            ("aWs.a", text("x"), .invalidParameterValue),
            ("AMAZON.a", text("x"), .invalidParameterValue), ("awsome", text("x"), nil),
            (String(repeating: "a", count: 256), text("x"), nil),
            (String(repeating: "a", count: 257), text("x"), .invalidParameterValue),
        ] as [(String, MessageAttribute, SQSErrorCode?)])
    func `which message attributes are taken`(
        name: String, value: MessageAttribute, code: SQSErrorCode?
    ) throws {
        var queue = try StoreHarness()
        let entry = SendEntry(id: "", body: "x", attributes: [name: value])
        #expect(refusal { try queue.ask(.send(NewMessage(entry), to: "q")) } == code)
    }

    @Test(arguments: [(10, nil), (11, .invalidParameterValue)] as [(Int, SQSErrorCode?)])
    func `ten message attributes are taken`(count: Int, code: SQSErrorCode?) throws {
        var queue = try StoreHarness()
        let attributes = Dictionary(
            uniqueKeysWithValues: (0..<count).map { ("n\($0)", Self.text("x")) })
        let entry = SendEntry(id: "", body: "x", attributes: attributes)
        #expect(refusal { try queue.ask(.send(NewMessage(entry), to: "q")) } == code)
    }

    @Test func `the size is that of the body and of names, types and values together`() throws {
        var queue = try StoreHarness([.maximumMessageSize(1_024)])
        // 4 of the name, 6 of the type, 2 of the value, in UTF-8.
        let attributes = ["name": Self.text("é")]
        for (size, code) in [(1_012, nil), (1_013, SQSErrorCode.invalidParameterValue)] {
            let body = String(repeating: "x", count: size)
            let entry = SendEntry(id: "", body: body, attributes: attributes)
            #expect(refusal { try queue.ask(.send(NewMessage(entry), to: "q")) } == code)
        }
    }

    @Test func `a batch as large as the largest message is taken, and one byte more is not`() throws
    {
        var queue = try StoreHarness()
        let half = String(repeating: "x", count: 524_288)
        func batch(_ second: String) -> StoreRequest {
            .sendBatch(
                [
                    NewMessage(SendEntry(id: "1", body: half)),
                    NewMessage(SendEntry(id: "2", body: second)),
                ], to: "q")
        }
        try queue.ask(batch(half))
        #expect(refusal { try queue.ask(batch(half + "x")) } == .batchRequestTooLong)
        #expect(try queue.counts() == [2, 0, 0])
    }

    @Test(arguments: [
        (StoreReceive(maximumMessages: 0), false), (StoreReceive(maximumMessages: 11), false),
        (StoreReceive(waitTime: .seconds(21)), false),
        (StoreReceive(waitTime: .seconds(-1)), false),
        (StoreReceive(visibilityTimeout: .seconds(43_201)), false),
        (StoreReceive(visibilityTimeout: .seconds(-1)), false),
        (StoreReceive(maximumMessages: 10, visibilityTimeout: .seconds(43_200)), true),
    ])
    func `which receives are taken`(receive: StoreReceive, isTaken: Bool) throws {
        var queue = try StoreHarness()
        let code = refusal { try queue.ask(.receive(receive, from: "q")) }
        #expect(code == (isTaken ? nil : .invalidParameterValue))
    }

    @Test(
        arguments: [
            ([], SQSErrorCode.emptyBatchRequest), (["a", "a"], .batchEntryIDsNotDistinct),
            ((0..<11).map(String.init), .tooManyEntriesInBatchRequest),
            ([""], .invalidBatchEntryID),
            (["a:b"], .invalidBatchEntryID),
            ([String(repeating: "a", count: 81)], .invalidBatchEntryID),
            ((0..<10).map(String.init), nil), ([String(repeating: "a", count: 80), "-_9"], nil),
        ] as [([String], SQSErrorCode?)])
    func `which batches are taken`(ids: [String], code: SQSErrorCode?) throws {
        var queue = try StoreHarness()
        let requests: [StoreRequest] = [
            .sendBatch(ids.map { NewMessage(SendEntry(id: $0, body: "x")) }, to: "q"),
            .deleteBatch(ids.map { DeleteEntry(id: $0, receiptHandle: "x") }, from: "q"),
            .changeVisibilityBatch(
                ids.map { VisibilityEntry(id: $0, receiptHandle: "x", timeout: .zero) }, in: "q"),
        ]
        for request in requests { #expect(refusal { try queue.ask(request) } == code) }
    }

    @Test(
        arguments: [
            ("g", nil, nil), (String(repeating: "g", count: 128), nil, nil),
            (String(repeating: "g", count: 129), nil, .invalidParameterValue),
            ("", nil, .invalidParameterValue), ("a b", nil, .invalidParameterValue),
            ("é", nil, .invalidParameterValue), ("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", nil, nil),
            (nil, "id", .invalidParameterValue),
        ] as [(String?, String?, SQSErrorCode?)])
    func `a standard queue takes a group id, and no deduplication id`(
        group: String?, id: String?, code: SQSErrorCode?
    ) throws {
        var queue = try StoreHarness()
        #expect(refusal { try queue.send("x", group: group, id: id) } == code)
    }
}
