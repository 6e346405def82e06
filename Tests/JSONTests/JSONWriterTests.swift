import Foundation
import JSON
import TestKit
import Testing

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
            writer.text
                == #"{"a":"{","b":-7,"c":["[",":",true,{},[],0],"d":false}"#)
    }

    @Test func `escapes are as short as JSON has them`() {
        var writer = JSONWriter()
        writer.string("\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F}\u{7F}\"\\/é\u{2028}")
        #expect(
            writer.text
                == "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\u{7F}\\\"\\\\/é\u{2028}\"")
    }

    @Test func `for people there is a blank after each comma and colon`() {
        var writer = JSONWriter(isSpaced: true)
        writer.object { writer in
            writer.member("b", ["x", ", "])
            writer.member("a", ["2": "y", "1": ":"])
        }
        #expect(writer.text == #"{"b": ["x", ", "], "a": {"1": ":", "2": "y"}}"#)
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

            #expect(try JSONValue(parsing: writer.bytes) == .list([.text(text)]))
            let other = try JSONDecoder().decode([String].self, from: Data(writer.bytes))
            #expect(other.map { Array($0.utf8) } == [Array(text.utf8)])
        }
    }
}
