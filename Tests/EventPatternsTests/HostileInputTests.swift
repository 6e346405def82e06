import EventPatterns
import JSON
import TestKit
import Testing

/// Documents that were made to break what reads them.
@Suite struct HostileInputTests {
    @Test(arguments: [
        "", " ", "x", "{", "}", "[]", "1", "\"a\"", "{\"a\"}", "{\"a\":}", "{\"a\": 1,}", "{,}",
        "{\"a\": 01}", "{\"a\": 1.}", "{\"a\": .5}", "{\"a\": +1}", "{\"a\": 1e}", "{\"a\": -}",
        "{\"a\": 0x1}", "{\"a\": NaN}", "{\"a\": tru}", "{\"a\": nulll}", "{\"a\": 'x'}",
        "{\"a\": \"x}", "{\"a\": \"\\x\"}", "{\"a\": \"\\u12\"}", "{\"a\": \"\\u12G4\"}",
        "{\"a\": \"\n\"}", "{\"a\": \"\u{0}\"}", "{\"a\": \"\u{1F}\"}", "{a: 1}", "{\"a\": 1} 2",
        "{\"a\": 1}}",
        "{\"a\": [1, 2}", "{\"a\": [1 2]}", "{\"a\": [1,]}", "{\"b\": [}]}", "{\"b\": {\"c\" 1}}",
        "{\"b\": \"\\\"}", "// no\n{}", "\u{FEFF}",
    ])
    func `what is not JSON is refused`(event: String) throws {
        let pattern = try EventPattern(JSONValue(parsing: #"{"a": ["x"]}"#), for: .event)
        let set = PatternSet([pattern], for: .event)
        #expect(throws: JSONError.self) { try set.matches(event: event) }
        if event != "[]", event != "1", event != "\"a\"" {
            #expect(throws: JSONError.self) { try JSONValue(parsing: event) }
        }
    }

    @Test(arguments: ["[", "{\"b\":", "[{\"a\":[", "{\"a\":", "{\"a\":["])
    func `nesting without end neither crashes nor matches`(opening: String) throws {
        let body = #"{"a":"# + String(repeating: opening, count: 200_000)
        let message = SampleMessage(body: body)
        #expect(try !message.isTaken(by: #"{"body": {"a": {"a": {"a": [1]}}}}"#))
        #expect(try !message.isTaken(by: #"{"body": {"a": [{"exists": false}]}}"#))
        #expect(try message.isTaken(by: #"{"body": [{"prefix": "{"}]}"#))
    }

    /// What is present and what is absent by names that begin alike doubles with each dot.
    @Test(arguments: [8, 64, 12_000])
    func `a name with many dots is the field of that name alone`(dots: Int) throws {
        let name = String(repeating: "a.", count: dots)
        let pattern = #"{"\#(name)x": [1], "\#(name)y": [{"exists": false}]}"#
        let set = PatternSet(
            [try EventPattern(JSONValue(parsing: pattern), for: .event)], for: .event)
        #expect(try set.matches(event: #"{"\#(name)x": 1}"#) == [true])
        #expect(try set.matches(event: #"{"\#(name)x": 1, "\#(name)y": 2}"#) == [false])
        #expect(try set.matches(event: #"{"a": {"a": 1}}"#) == [false])
    }

    @Test func `nesting up to the limit is read`() throws {
        func nested(_ depth: Int) -> String {
            #"{"a":"# + String(repeating: "[", count: depth - 1) + "1"
                + String(repeating: "]", count: depth - 1) + "}"
        }
        #expect(try matches(#"{"a": [1]}"#, nested(512)))
        #expect(throws: JSONError.self) { try matches(#"{"a": [1]}"#, nested(513)) }
        #expect(throws: JSONError.self) { try matches(#"{"b": [1]}"#, nested(513)) }
    }

    @Test func `half a surrogate pair is a character of its own`() throws {
        #expect(try matches(#"{"a": ["\uFFFDx"]}"#, #"{"a": "\uD800x"}"#))
        #expect(try matches(#"{"a": ["\uFFFDA"]}"#, #"{"a": "\uD800\u0041"}"#))
        #expect(try matches(#"{"a": ["\uFFFD"]}"#, #"{"a": "\uDC00"}"#))
    }

    /// A matcher that goes back to try again would not end within the life of the machine.
    @Test func `a wildcard with many stars ends soon`() throws {
        let stars = String(repeating: "a*", count: 50) + "b"
        let text = String(repeating: "a", count: 1_000_000)
        #expect(try !matches(#"{"x": [{"wildcard": "\#(stars)"}]}"#, #"{"x": "\#(text)"}"#))
        let half = String(repeating: "a", count: 500) + "b"
        #expect(try !matches(#"{"x": [{"wildcard": "*\#(half)*"}]}"#, #"{"x": "\#(text)"}"#))
    }

    /// Array consistency by trying all combinations would take 200 to the power of 8 steps.
    @Test func `lists in lists make no combinations`() throws {
        let fields = (0..<8).map { #""f\#($0)": [{"exists": true}]"# }.joined(separator: ", ")
        let elements = (0..<200).map { #"{"f\#($0 % 7)": \#($0)}"# }.joined(separator: ", ")
        let event = #"{"x": [\#(elements)]}"#
        #expect(try !matches(#"{"x": {\#(fields)}}"#, event))
        let parts = (0..<16).map { #"{"$or": [{"f\#($0 % 8)": [1]}, {"g": [1]}]}"# }
        let nested = parts.reduce(#"{"h": [1]}"#) { inner, part in
            #"{"x": \#(inner), \#(part.dropFirst())"#
        }
        #expect(try !matches(nested, event))
    }

    @Test func `a million empty objects are no work`() throws {
        let body = "[" + String(repeating: "{},", count: 300_000) + #"{"a": 1}]"#
        #expect(try SampleMessage(body: body).isTaken(by: #"{"body": {"a": [1]}}"#))
    }

    /// Random damage to a valid event: whatever comes out, the two readers agree on whether it is
    /// JSON, and nothing crashes.
    @Test(arguments: 0..<8)
    func `damaged documents are read or refused by both readers alike`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let valid = Array(
            #"{"a": [1, -2.5e3, "x\u00e9\n", {"b": null, "c": [true, false, []]}], "d": {"a": ""}}"#
                .utf8)
        let pattern = try EventPattern(
            JSONValue(parsing: #"{"a": {"b": [null]}, "d": {"a": [""]}}"#), for: .event)
        let set = PatternSet([pattern], for: .event)
        for _ in 0..<2000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = Self.alphabet.randomElement(using: &random) ?? 0
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let tree = try? JSONValue(parsing: text)
            let isObject = if case .object = tree { true } else { false }
            let isRead = (try? set.matches(event: text)) != nil
            #expect(isRead == isObject, "\(text)")
        }
    }

    private static let alphabet = Array(#"{}[]":,\01e-.tfn u"#.utf8)
}
