/// Writes JSON into one buffer of bytes, on one line.
///
/// The caller opens and closes values by the shape of its code; commas are the writer's matter.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private let isSpaced: Bool

    /// - Parameters:
    ///   - isSpaced: whether a blank follows each comma and colon, for people.
    ///   - capacity: the bytes that there is room for at first; 0 for as many as turn out.
    package init(isSpaced: Bool = false, capacity: Int = 0) {
        self.isSpaced = isSpaced
        bytes.reserveCapacity(capacity)
    }

    /// What was written.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    package mutating func array(_ elements: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        elements(&self)
        bytes.append(UInt8(ascii: "]"))
    }

    /// The name of a member; its value must be written next.
    package mutating func name(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        if isSpaced { bytes.append(UInt8(ascii: " ")) }
    }

    package mutating func string(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(value)
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func integer(_ value: Int) {
        literal(String(value))
    }

    package mutating func boolean(_ value: Bool) {
        literal(value ? "true" : "false")
    }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .object(let members):
            object { json in
                for member in members {
                    json.name(member.name)
                    json.value(member.value)
                }
            }
        case .list(let items):
            array { json in
                for item in items { json.value(item) }
            }
        case .text(let text): string(text)
        case .number(let number): literal(number)
        case .boolean(let flag): boolean(flag)
        case .null: literal("null")
        }
    }

    package mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    package mutating func member(_ name: String, _ value: Int) {
        self.name(name)
        integer(value)
    }

    package mutating func member(_ name: String, _ values: [String]) {
        self.name(name)
        array { json in
            for value in values { json.string(value) }
        }
    }

    /// An object, in the order of its names.
    package mutating func member(_ name: String, _ values: [String: String]) {
        self.name(name)
        object { json in
            for (key, value) in values.sorted(by: { $0.key < $1.key }) { json.member(key, value) }
        }
    }
}

extension JSONWriter {
    private mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
    }

    /// A comma, unless the value is the first in its object or array or follows its name. The last
    /// byte tells: inside a string it is always a quotation mark.
    private mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: " "): break
        default:
            bytes.append(UInt8(ascii: ","))
            if isSpaced { bytes.append(UInt8(ascii: " ")) }
        }
    }

    /// Copies runs that need no escape in one piece: most bodies are one run.
    private mutating func appendEscaped(_ value: String) {
        var value = value
        value.withUTF8 { text in
            var run = 0
            while true {
                let end = PlainRun.end(in: text, from: run)
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[run..<end]))
                guard end < text.count else { return }
                appendEscape(text[end])
                run = end + 1
            }
        }
    }

    private mutating func appendEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            // What is left is below 0x20.
            bytes.append(contentsOf: (byte < 0x10 ? "u000" : "u001").utf8)
            bytes.append(contentsOf: String(byte & 0x0F, radix: 16).utf8)
        }
    }
}
