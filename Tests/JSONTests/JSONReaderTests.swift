import JSON
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct JSONReaderTests {
    @Test(arguments: [
        (#""""#, ""),
        (#""plain""#, "plain"),
        (#""é €""#, "é €"),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0000\u001f\u00e9\u20AC""#, "\0\u{1F}é€"),
        (#""\ud83d\ude00 😀""#, "😀 😀"),
        (#""\udbff\udfff""#, "\u{10FFFF}"),
        ("\"\u{0}\t\n\u{7F}\"", "\0\t\n\u{7F}"),
        (#""e\u0301""#, "e\u{301}"),
    ])
    func `a string reads as what it stands for`(json: String, text: String) throws {
        // Bytes, as two strings are equal where their accents are written differently.
        #expect(try Array(string(json).utf8) == Array(text.utf8))
    }

    @Test(arguments: [
        (#""\ud83d""#, "\u{FFFD}"),
        (#""\ude00""#, "\u{FFFD}"),
        (#""\ud83dx""#, "\u{FFFD}x"),
        (#""\ud83d\n""#, "\u{FFFD}\n"),
        (#""\ud83d\u0041""#, "\u{FFFD}A"),
        (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
    ])
    func `a surrogate without its other half becomes a replacement character`(
        json: String, text: String
    ) throws {
        #expect(try string(json) == text)
    }

    @Test func `invalid UTF-8 becomes a replacement character`() throws {
        let text = try JSONReader.read([0x22, 0x61, 0xFF, 0xC3, 0x22], Self.string)
        #expect(text == "a\u{FFFD}\u{FFFD}")
    }

    @Test(arguments: [
        ("3", "3"), ("-1.5e3", "-1.5e3"), ("true", "true"), ("false", "false"), ("\"x\"", "x"),
        (" \n\t\r null ", nil),
    ])
    func `a scalar reads as text`(json: String, text: String?) throws {
        let read = try JSONReader.read(Array(json.utf8)) { (json) throws(JSONError) in
            try json.text()
        }
        #expect(read == text)
    }

    @Test func `members come in order, and null is an empty object or list`() throws {
        let json = #" { "a" : [ 1 , "2" , null ] , "b":null, "c" : {} , "d":{"e":[]} } "#
        var seen: [String] = []
        try JSONReader.read(Array(json.utf8)) { (json) throws(JSONError) in
            try json.object { (json, name) throws(JSONError) in
                seen.append(name.text)
                switch name {
                case "a":
                    try json.array { (json) throws(JSONError) in
                        seen.append(try json.text() ?? "null")
                    }
                case "b": try json.array { (json) throws(JSONError) in try json.skip() }
                case "c": try json.object { (json, _) throws(JSONError) in try json.skip() }
                default: try json.skip()
                }
            }
        }
        #expect(seen == ["a", "1", "2", "null", "b", "c", "d"])
    }

    @Test func `a name is what it stands for, and nothing that begins or ends as it does`() throws {
        let json = #"{"Body":1,"B\u006fdy":2,"BodyX":3,"Bod":4,"body":5,"é":6,"\u00e9":7}"#
        var found: [String] = []
        try JSONReader.read(Array(json.utf8)) { (json) throws(JSONError) in
            try json.object { (json, name) throws(JSONError) in
                let value = try json.text() ?? ""
                switch name {
                case "Body": found.append("Body \(value)")
                case "é": found.append("é \(value)")
                default: break
                }
            }
        }
        #expect(found == ["Body 1", "Body 2", "é 6", "é 7"])
    }

    /// The reader looks at eight bytes at once.
    @Test func `what ends a run of plain bytes is seen at every place`() throws {
        for length in 0..<40 {
            let plain = String(repeating: "é", count: length / 2) + (length % 2 == 1 ? "x" : "")
            for (json, text) in [
                ("\"\(plain)\"", plain), ("\"\(plain)\\n\(plain)\"", "\(plain)\n\(plain)"),
                ("\"\(plain)\\\"\\\\\(plain)\"", "\(plain)\"\\\(plain)"),
            ] {
                let read = try JSONReader.read(Array(json.utf8)) { (json) throws(JSONError) in
                    try json.string()
                }
                #expect(read == text)
                var writer = JSONWriter()
                writer.string(text)
                #expect(writer.text == json)
            }
            let control = Array("\"\(plain)\u{1F}\"".utf8)
            #expect(throws: JSONError.self) {
                try JSONReader.read(control) { (json) throws(JSONError) in try json.string() }
            }
            let taken = try JSONReader.read(control, takesControls: true) {
                (json) throws(JSONError) in try json.string()
            }
            #expect(taken == "\(plain)\u{1F}")
        }
    }

    @Test(arguments: [
        "", " ", "{", "[", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "{a:1}", "nul",
        "tru", "falsy", "-", "1x", "\"", "\"\\", "\"\\u12", "\"\\q\"", "{} {}", "]", "<html>",
        "{\"a\":1]", "\u{FEFF}", "\u{FEFF}\u{FEFF}{}", " \u{FEFF}{}",
        "01", "1.", ".5", "+1", "1e", "-01", "0x1", "NaN", "\"\\u00G0\"",
    ])
    func `what is not JSON is an error`(json: String) {
        #expect(throws: JSONError.self) { try JSONReader.read(Array(json.utf8), Self.skip) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: json) }
    }

    @Test(arguments: ["{}", "[1]", " 5", "\"\u{FEFF}x\""])
    func `a byte order mark before a text is passed over`(json: String) throws {
        let marked = Array("\u{FEFF}\(json)".utf8)
        try JSONReader.read(marked, Self.skip)
        #expect(try JSONValue(parsing: marked) == JSONValue(parsing: json))
        marked.withUnsafeBufferPointer { text in
            #expect(JSONReader.firstByte(of: text) == json.utf8.first { $0 != 0x20 })
        }
    }

    @Test func `nesting has a limit`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        let deepest = nested(JSONReader.maximumDepth)
        try JSONReader.read(deepest, Self.skip)
        #expect(try JSONValue(parsing: deepest).text == String(decoding: deepest, as: UTF8.self))
        for depth in [JSONReader.maximumDepth + 1, 1_000_000] {
            #expect(throws: JSONError.self) { try JSONReader.read(nested(depth), Self.skip) }
            #expect(throws: JSONError.self) { try JSONValue(parsing: nested(depth)) }
        }
    }

    @Test func `a text cut at any byte is an error`() throws {
        let json = Array(#"{"a":[1,"\u00e9\ud83d\ude00",{"b":null,"c":true}],"d":"é"}"#.utf8)
        for length in 0..<json.count {
            #expect(throws: JSONError.self, "cut after \(length) bytes") {
                try JSONReader.read(Array(json[..<length]), Self.skip)
            }
        }
    }

    @Test(arguments: UInt64(0)..<50)
    func `random bytes are read or refused, by both ways alike`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]\",:\\ u0d8n1truefals-\u{0}é".utf8) + [0xFF]
        for _ in 0..<200 {
            let json = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let isJSON = (try? JSONReader.read(json, Self.skip)) != nil
            let value = try? JSONValue(parsing: json)
            let isText = String(validating: json, as: UTF8.self) != nil
            #expect((value != nil) == (isJSON && isText))
        }
    }

    @Test(arguments: ["\"\t\"", "{\"\u{1F}\": 1}", "[\"a\", \"\u{0}\"]"])
    func `control characters in strings are taken where that is asked for`(
        json: String
    ) throws {
        try JSONReader.read(Array(json.utf8), takesControls: true, Self.skip)
        #expect(throws: JSONError.self) { try JSONReader.read(Array(json.utf8), Self.skip) }
    }

    private func string(_ json: String) throws -> String {
        try JSONReader.read(Array(json.utf8), takesControls: true, Self.string)
    }

    private static func string(_ json: inout JSONReader) throws(JSONError) -> String {
        try json.string()
    }

    private static func skip(_ json: inout JSONReader) throws(JSONError) {
        try json.skip()
    }
}
