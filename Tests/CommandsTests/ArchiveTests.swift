import Commands
import MessageHandling
import SQS
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ArchiveTests {
    private static let bodies = [
        "plain", "line\nbreak\r\n\ttab", "\"quotes\" \\ and /", "žluťoučký 🐎 \u{10FFFD}",
        "\u{FEFF}mark", "e\u{301} is not \u{E9}", "{\"json\": [1, 2.50]}", "\u{2028}\u{85}",
        String(repeating: "x", count: 1_000_000),
    ]

    @Test(arguments: bodies)
    func `a body comes back byte for byte`(_ body: String) throws {
        let line = ArchivedMessage.line(message("id", body: body))
        #expect(!line.contains("\n"))
        let read = try ArchivedMessage.read(Array(line.utf8), number: 1)
        #expect(read.body.utf8.elementsEqual(body.utf8))
    }

    @Test func `attributes and what the service says come back as they were`() throws {
        let original = message(
            "id-1", group: "g 1",
            attributes: [
                "text": text("ž\n"),
                "number": MessageAttribute(
                    dataType: "Number.int", value: .text("1.50")),
                "bytes": MessageAttribute(dataType: "Binary.png", value: .binary([0, 255, 10])),
            ], system: ["SentTimestamp": "1", "AWSTraceHeader": "Root=1"])
        let read = try ArchivedMessage.read(
            Array(ArchivedMessage.line(original).utf8), number: 1)
        #expect(read.id == "id-1")
        #expect(read.attributes == original.attributes)
        #expect(read.systemAttributes == original.systemAttributes)
    }

    @Test func `every line begins as an archive's does`() {
        #expect(ArchivedMessage.line(message("id")).hasPrefix(ArchivedMessage.beginning))
    }

    @Test(arguments: [
        ("{", "not valid JSON"), ("[]", "not an object"), (#"{"MessageId":"a"}"#, "no body"),
        (#"{"Body":""}"#, "empty"), (#"{"Body":"\ud800"}"#, "surrogate"),
        (#"{"Body":5}"#, "not a text"),
        (
            #"{"Body":"b","MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"?"}}}"#,
            "base64"
        ),
        (#"{"Body":"b","MessageAttributes":{"a":{"StringValue":"x"}}}"#, "dataType"),
        (#"{"Body":"b","Attributes":5}"#, "not an object"),
    ])
    func `a line that cannot be sent says why`(_ line: String, _ words: String) {
        let error = #expect(throws: ArchiveProblem.self) {
            try ArchivedMessage.read(Array(line.utf8), number: 3)
        }
        #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "")")
    }

    @Test func `what SQS would not take is found before`() {
        let large = ArchivedMessage.line(
            message("id", body: String(repeating: "x", count: 1_048_577)))
        let attributes = (0..<11).map { ("a\($0)", text("v")) }
        let many = ArchivedMessage.line(
            message("id", attributes: Dictionary(uniqueKeysWithValues: attributes)))
        for line in [large, many] {
            #expect(throws: ArchiveProblem.self) {
                try ArchivedMessage.read(Array(line.utf8), number: 1)
            }
        }
    }

    @Test func `an import goes on after the last whole batch`() throws {
        var progress = ImportProgress(run: "r", queue: "url")
        progress.add([1, 2], upTo: 2, digest: "d2", isComplete: true)
        progress.add([4], upTo: 5, digest: "d5", isComplete: false)
        let read = try #require(ImportProgress(text: progress.text))
        #expect(read == progress)
        #expect((read.last, read.digest) == (5, "d5"))
        #expect((1...6).map(read.isDone) == [true, true, false, true, false, false])
    }

    @Test func `what is done ahead of a later batch stays done`() throws {
        var progress = ImportProgress(run: "r", queue: "url")
        progress.add([1, 2, 5], upTo: 5, digest: "d5", isComplete: false)
        // The same command goes on with those that were left: a batch of them ends before line 5.
        progress.add([3], upTo: 3, digest: "d3", isComplete: true)
        #expect((1...6).map(progress.isDone) == [true, true, true, false, true, false])
        progress.add([4, 6], upTo: 6, digest: "d6", isComplete: true)
        #expect(progress.lines == 6)
        #expect(progress.ahead.isEmpty)
    }

    @Test(arguments: ["", "{}", "[]", #"{"import":"r","queue":"u","lines":"1","ahead":[]}"#])
    func `a note that is none of an import's is refused`(_ text: String) {
        #expect(ImportProgress(text: text) == nil)
    }

    @Test func `the same line of the same import has the same deduplication id`() {
        let fifo = queueNamed("orders.fifo")
        func id(_ digest: String, _ run: String) -> String? {
            MessageCopy.imported(
                message("id", group: "g"), line: 1, digest: digest, run: run, to: fifo
            ).deduplicationID
        }
        #expect(id("d", "r") == id("d", "r"))
        #expect(Set([id("d", "r"), id("e", "r"), id("d", "s")]).count == 3)
    }
}
