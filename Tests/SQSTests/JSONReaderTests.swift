import Foundation
import SQS
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
        var reader = JSONReader(Array(json.utf8))
        // Bytes, as two strings are equal where their accents are written differently.
        #expect(try Array(reader.string().utf8) == Array(text.utf8))
        try reader.finish()
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
        var reader = JSONReader(Array(json.utf8))
        #expect(try reader.string() == text)
        try reader.finish()
    }

    @Test func `invalid UTF-8 becomes a replacement character`() throws {
        var reader = JSONReader([0x22, 0x61, 0xFF, 0xC3, 0x22])
        #expect(try reader.string() == "a\u{FFFD}\u{FFFD}")
    }

    @Test(arguments: [
        ("3", "3"), ("-1.5e3", "-1.5e3"), ("true", "true"), ("false", "false"), ("\"x\"", "x"),
        (" \n\t\r null ", nil),
    ])
    func `a scalar reads as text`(json: String, text: String?) throws {
        var reader = JSONReader(Array(json.utf8))
        #expect(try reader.text() == text)
        try reader.finish()
    }

    @Test func `members come in order, and null is an empty object or list`() throws {
        let json = #" { "a" : [ 1 , "2" , null ] , "b":null, "c" : {} , "d":{"e":[]} } "#
        var reader = JSONReader(Array(json.utf8))
        var seen: [String] = []
        try reader.object { (reader, name) throws(JSONError) in
            seen.append(name)
            switch name {
            case "a":
                try reader.array { (reader) throws(JSONError) in
                    seen.append(try reader.text() ?? "null")
                }
            case "b": try reader.array { (reader) throws(JSONError) in try reader.skip() }
            case "c": try reader.object { (reader, _) throws(JSONError) in try reader.skip() }
            default: try reader.skip()
            }
        }
        try reader.finish()
        #expect(seen == ["a", "1", "2", "null", "b", "c", "d"])
    }

    @Test(arguments: [
        "", " ", "{", "[", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "{a:1}", "nul",
        "tru", "falsy", "-", "1x", "\"", "\"\\", "\"\\u12", "\"\\q\"", "{} {}", "]", "<html>",
        "{\"a\":1]", "\u{FEFF}{}",
    ])
    func `what is not JSON is an error`(json: String) {
        #expect(throws: JSONError.self) {
            var reader = JSONReader(Array(json.utf8))
            try reader.skip()
            try reader.finish()
        }
    }

    @Test func `nesting has a limit`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        var reader = JSONReader(nested(JSONReader.maximumDepth))
        try reader.skip()
        try reader.finish()
        for depth in [JSONReader.maximumDepth + 1, 1_000_000] {
            #expect(throws: JSONError.self) {
                var reader = JSONReader(nested(depth))
                try reader.skip()
            }
        }
    }

    @Test func `a text cut at any byte is an error`() throws {
        let json = Array(#"{"a":[1,"\u00e9\ud83d\ude00",{"b":null,"c":true}],"d":"é"}"#.utf8)
        for length in 0..<json.count {
            #expect(throws: JSONError.self, "cut after \(length) bytes") {
                var reader = JSONReader(Array(json[..<length]))
                try reader.skip()
                try reader.finish()
            }
        }
    }

    @Test(arguments: UInt64(0)..<50)
    func `random bytes never end the process`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]\",:\\ u0d8n1truefals-\u{0}é".utf8) + [0xFF]
        for _ in 0..<200 {
            let json = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            var reader = JSONReader(json)
            _ = try? reader.skip()
        }
    }
}

@Suite
struct JSONWriterTests {
    @Test func `values are separated where they must be`() throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("a", "{")
            writer.member("b", -7)
            writer.name("c")
            writer.array { writer in
                writer.string("[")
                writer.string(":")
                writer.boolean(true)
                writer.object { _ in }
                writer.array { _ in }
                writer.integer(0)
            }
            writer.name("d")
            writer.boolean(false)
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":"{","b":-7,"c":["[",":",true,{},[],0],"d":false}"#)
    }

    @Test(arguments: UInt64(0)..<50)
    func `every string is read back, by this reader and by Foundation's`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let special: [Unicode.Scalar] = [
            "\0", "\t", "\n", "\r", "\u{1F}", "\"", "\\", "/", "\u{7F}", "é", "€", "😀", "\u{2028}",
            "\u{FFFF}",
        ]
        for _ in 0..<50 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                let scalar = special.randomElement(using: &random) ?? "a"
                text.unicodeScalars.append(Bool.random(using: &random) ? scalar : "a")
            }
            var writer = JSONWriter()
            writer.array { $0.string(text) }

            var reader = JSONReader(writer.bytes)
            var read: [String] = []
            try reader.array { (reader) throws(JSONError) in read.append(try reader.string()) }
            #expect(read.map { Array($0.utf8) } == [Array(text.utf8)])
            let other = try JSONDecoder().decode([String].self, from: Data(writer.bytes))
            #expect(other.map { Array($0.utf8) } == [Array(text.utf8)])
        }
    }
}
