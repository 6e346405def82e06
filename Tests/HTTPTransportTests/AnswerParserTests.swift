import HTTP
import HTTPTransport
import Testing

/// What a sequence of bytes is, wherever the network cuts it.
struct Reading: Equatable, CustomStringConvertible {
    var state: AnswerParser.State
    var status = 0
    var fields: [HTTPHeaders.Field] = []
    var body = ""
    var keepsConnection = false
    /// How many bytes belong to the answer; nil where it is faulty, as that is seen early or late.
    var taken: Int?

    var description: String { "\(state) \(status) \(fields) \"\(body)\" \(keepsConnection)" }

    /// - Parameters:
    ///   - cuts: where the bytes come in pieces.
    ///   - ends: whether the connection ends after them.
    init(
        _ text: String, method: String = "POST", cuts: [Int] = [], ends: Bool = false,
        limits: AnswerParser.Limits = AnswerParser.Limits(body: 1_000)
    ) {
        let bytes = Array(text.utf8)
        var parser = AnswerParser(method: method, limits: limits)
        var taken = 0
        var start = 0
        for end in cuts + [bytes.count] where parser.state == .incomplete {
            taken += bytes[start..<end].withUnsafeBytes { parser.take($0) }
            start = end
        }
        if ends { parser.takeEnd() }
        state = parser.state
        guard state == .complete else { return }
        status = parser.head.status
        fields = HTTPHeaders(lines: parser.head.lines).fields
        body = String(decoding: parser.body, as: UTF8.self)
        keepsConnection = parser.keepsConnection
        self.taken = taken
    }
}

@Suite struct AnswerParserTests {
    private static let answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            + "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2\r\n{}\r\n1a;a=\"b;c\"\r\nabcdefghijklmnopqrstuvwxyz\r\n00\r\nX: y\r\nZ:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-Folded: a\r\n  b\r\n\tc\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 4, 4\r\n\r\nwxyz",
    ]

    @Test(arguments: answers)
    func `an answer is the same wherever it is cut in two or three`(answer: String) {
        let whole = Reading(answer)
        #expect(whole.state == .complete)
        #expect(whole.taken == answer.utf8.count)
        for first in 0...answer.utf8.count {
            #expect(Reading(answer, cuts: [first]) == whole)
            for second in stride(from: first, through: answer.utf8.count, by: 7) {
                #expect(Reading(answer, cuts: [first, second]) == whole)
            }
        }
        #expect(Reading(answer, cuts: Array(0..<answer.utf8.count)) == whole)
    }

    @Test(arguments: answers)
    func `an answer that ends anywhere before its end is none`(answer: String) {
        for end in 0..<answer.utf8.count {
            let start = String(decoding: answer.utf8.prefix(end), as: UTF8.self)
            #expect(Reading(start, ends: true).state == .incomplete)
        }
    }

    @Test(arguments: answers)
    func `what follows an answer is left`(answer: String) {
        var whole = Reading(answer)
        whole.taken = answer.utf8.count
        #expect(Reading(answer + "HTTP/1.1 200 OK\r\n") == whole)
    }

    @Test func `a body that nothing limits lasts as long as the connection`() {
        let answer = "HTTP/1.1 200 OK\r\nX: y\r\n\r\nall of it"
        #expect(Reading(answer).state == .incomplete)
        let reading = Reading(answer, ends: true)
        #expect(reading.state == .complete)
        #expect(reading.body == "all of it")
        #expect(!reading.keepsConnection)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: TE, Close\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n", true),
        (
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\n", false
        ),
    ])
    func `the server says whether the connection is kept`(answer: String, isKept: Bool) {
        let reading = Reading(answer)
        #expect(reading.state == .complete)
        #expect(reading.keepsConnection == isKept)
    }

    @Test func `an answer to HEAD has no body, whatever it says`() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
        #expect(Reading(answer, method: "HEAD").state == .complete)
        #expect(Reading(answer, method: "HEAD").keepsConnection)
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(Reading(chunked, method: "HEAD").state == .complete)
    }

    @Test(arguments: [
        // What is no status line.
        "HTTP/2 200\r\n", "HTTP/1.1\r\n\r\n     ", "HTTP/1.1  200 OK\r\n\r\n", "http/1.1 200 OK",
        "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200OK\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 099 x\r\n\r\n",
        // Lines that one reader ends elsewhere than another.
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n", "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n",
        // Fields that are none.
        "HTTP/1.1 200 OK\r\nA\r\n\r\n", "HTTP/1.1 200 OK\r\n: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HTTP/1.1 200 OK\r\nA B: c\r\n\r\n",
        "HTTP/1.1 200 OK\r\n A: b\r\n\r\n", "HTTP/1.1 200 OK\r\nÄ: b\r\n\r\n",
    ])
    func `a head that is none of HTTP is refused, all at once or byte by byte`(answer: String) {
        for cuts in [[], Array(0..<answer.utf8.count)] {
            guard case .faulty(.malformed) = Reading(answer, cuts: cuts).state else {
                Issue.record("\(Reading(answer, cuts: cuts)) of \(answer.debugDescription)")
                continue
            }
        }
    }

    @Test(arguments: [
        "Content-Length: 1\r\nContent-Length: 2", "Content-Length: 1, 2", "Content-Length: -1",
        "Content-Length: +1", "Content-Length: 1 1", "Content-Length:", "Content-Length: 0x1",
        "Content-Length: 1,", "Content-Length: 9223372036854775808",
        "Content-Length: 18446744073709551617", "Content-Length: ١",
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 1",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: identity", "Transfer-Encoding:",
        "Transfer-Encoding: xchunked",
    ])
    func `a length that two readers could read in two ways is refused`(fields: String) {
        let reading = Reading("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\nabc")
        guard case .faulty(.malformed) = reading.state else {
            Issue.record("\(reading)")
            return
        }
    }

    @Test(arguments: [
        "x", "-1\r\n", "+1\r\n", "\r\n", "1\n", "1\r{", "1\r\nab", "1\r\na\rb", "1\r\na\n",
        "0\r\n\rx", "0\r\nA: b\n", ";x\r\n", "1 x\r\n", "0x1\r\n", "1000000000000000\r\n",
        "ffffffffffffffff\r\n", "8000000000000000\r\n",
        "1;\(String(repeating: "x", count: 20_000))",
        "0\r\n\(String(repeating: "A: b\r\n", count: 5_000))",
    ])
    func `chunks that are none are refused`(body: String) {
        let reading = Reading("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
        guard case .faulty(.malformed) = reading.state else {
            Issue.record("\(reading)")
            return
        }
    }

    @Test func `a head is bounded, in bytes and in fields`() {
        let long = "HTTP/1.1 200 OK\r\nA: \(String(repeating: "x", count: 70_000))"
        let many = "HTTP/1.1 200 OK\r\n\(String(repeating: "A: b\r\n", count: 401))\r\n"
        for (answer, reason) in [
            (long, "its head is larger than 65536 bytes"),
            (long + "\r\n\r\n", "its head is larger than 65536 bytes"),
            (many, "it has more than 400 headers"),
        ] {
            #expect(Reading(answer).state == .faulty(.malformed(reason)))
        }
    }

    @Test(arguments: [
        "Content-Length: 6\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n6\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\n", "X: y\r\n\r\nabcdef",
    ])
    func `a body is refused as soon as it is known to be too large`(rest: String) {
        let answer = "HTTP/1.1 200 OK\r\n" + rest
        #expect(
            Reading(answer, limits: AnswerParser.Limits(body: 5)).state == .faulty(.tooLarge(5)))
        #expect(Reading(answer, limits: AnswerParser.Limits(body: 6)).state == .incomplete)
        let start = AnswerParser.Limits(body: 5, start: 2)
        #expect(Reading(answer, limits: start).state == .incomplete)
    }

    @Test(arguments: [
        "Content-Length: 6\r\n\r\nabcdef",
        "Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n5\r\nbcdef\r\n0\r\n\r\n",
    ])
    func `where only the beginning of a body is kept, the rest is let pass`(rest: String) {
        for cut in 0..<rest.utf8.count {
            let reading = Reading(
                "HTTP/1.1 200 OK\r\n" + rest, cuts: [17 + cut],
                limits: AnswerParser.Limits(body: 1, start: 3))
            #expect(reading.state == .complete)
            #expect(reading.body == "abc")
        }
    }
}
