import HTTP
import Testing

@Suite struct HTTPHeadersTests {
    private let answer = HTTPHeaders(
        lines: Array("Retry-After:  7\t\r\nX-Two: a\r\nx-two:b\r\nEmpty:\r\n".utf8))

    @Test func `a field is found by its name in any case, the first of several`() {
        let made: HTTPHeaders = [
            "Retry-After": "7", "X-Two": "a", "x-two": "b", "Empty": "",
        ]
        for headers in [answer, made] {
            #expect(headers["retry-AFTER"] == "7")
            #expect(headers["x-TWO"] == "a")
            #expect(headers["EMPTY"] == "")
            #expect(headers["Retry"] == nil)
            #expect(headers["Retry-After:"] == nil)
        }
        #expect(answer == made)
        #expect(answer.fields == made.fields)
    }

    @Test func `setting replaces every field of that name, and adding does not`() {
        var headers = answer
        headers["x-two"] = "c"
        headers.add("x-two", "d")
        #expect(
            headers == ["Retry-After": "7", "Empty": "", "x-two": "c", "x-two": "d"])
        headers["X-Two"] = nil
        #expect(headers["x-two"] == nil)
        #expect(headers != answer)
    }

    @Test func `bytes that are not UTF-8 are replaced, and a line without a colon is no field`() {
        let headers = HTTPHeaders(lines: Array("A: ".utf8) + [0xFF] + Array("\r\nB\r\n".utf8))
        #expect(headers["a"] == "\u{FFFD}")
        #expect(headers.fields.count == 1)
    }
}
