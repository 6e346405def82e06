import EventPatterns
import FoundationEssentials
import JSON
import Settings
import Testing

/// The suite of TOML's own authors: what is valid says what it should, what is not is an error with
/// its line. Data/README.md says where it comes from.
@Suite struct TOMLSuiteTests {
    @Test func `a valid document of the suite is read as it should be`() throws {
        let cases = try Self.cases().filter { $0.expected != nil }
        #expect(cases.count > 150)
        for one in cases {
            let found = Self.read(one)
            let isRight =
                found.flatMap { root in one.expected.map { $0.isSaid(by: root) } } ?? false
            #expect(isRight == (Self.refusedThoughValid[one.name] == nil), "\(one.name)")
        }
    }

    @Test func `an invalid document of the suite is an error with its line`() throws {
        let cases = try Self.cases().filter { $0.expected == nil }
        #expect(cases.count > 350)
        for one in cases {
            // What is not UTF-8 is refused before it is a text.
            guard let text = String(validating: one.bytes, as: UTF8.self) else { continue }
            do throws(Document.SyntaxError) {
                _ = try Document(text)
                Issue.record("\(one.name) is taken")
            } catch {
                #expect(error.line != nil, "\(one.name): \(error.problem)")
            }
        }
    }

    /// What is refused on purpose, or read otherwise, and why.
    private static let refusedThoughValid = [
        "valid/key/quoted-unicode": aNUL, "valid/string/quoted-unicode": aNUL,
        "valid/string/unicode-escape": aNUL,
    ]
    private static let aNUL =
        "says a NUL, at which the arguments and variables of a program would end"

    private struct Case {
        let name: String
        let bytes: [UInt8]
        let expected: JSONValue?
    }

    private static func read(_ one: Case) -> DocumentNode? {
        guard let text = String(validating: one.bytes, as: UTF8.self) else { return nil }
        return (try? Document(text))?.root
    }

    private static func cases() throws -> [Case] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let text = try String(
            contentsOf: folder.appending(path: "Data/toml-test.jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            let line = try JSONValue(parsing: String(line))
            guard case .text(let name)? = line["name"] else { throw Unreadable() }
            if case .text(let text)? = line["toml"] {
                return Case(name: name, bytes: Array(text.utf8), expected: line["expected"])
            }
            guard case .text(let encoded)? = line["base64"],
                let data = Data(base64Encoded: encoded)
            else { throw Unreadable() }
            return Case(name: name, bytes: Array(data), expected: line["expected"])
        }
    }

    private struct Unreadable: Error {}
}

extension JSONValue {
    fileprivate subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// Whether a document says what this does, in the suite's form: tables and lists as they are,
    /// other values as a type and a text.
    fileprivate func isSaid(by node: DocumentNode) -> Bool {
        switch (self, node) {
        case (.list(let items), .list(let nodes)):
            return items.count == nodes.count
                && zip(items, nodes).allSatisfy { $0.isSaid(by: $1) }
        case (.object(let members), .table(let children)) where !isValue:
            return members.count == children.count
                && members.allSatisfy { member in
                    node[member.name].map { member.value.isSaid(by: $0) } ?? false
                }
        case (.object, _):
            guard case .text(let type)? = self["type"], case .text(let text)? = self["value"] else {
                return false
            }
            return Self.isSaid(type, text, by: node)
        default:
            return false
        }
    }

    private var isValue: Bool {
        guard case .object(let members) = self, members.count == 2 else { return false }
        guard case .text? = self["type"], case .text? = self["value"] else { return false }
        return true
    }

    private static func isSaid(_ type: String, _ text: String, by node: DocumentNode) -> Bool {
        switch (type, node) {
        case ("string", .text(let found)): return found.utf8.elementsEqual(text.utf8)
        case ("integer", .integer(let number)): return Int(text) == number
        case ("bool", .boolean(let flag)): return text == String(flag)
        case ("float", .decimal(let number)):
            guard let expected = Double(text) else { return false }
            return expected == number || expected.isNaN && number.isNaN
        case ("date-local", .other(let kind)): return kind == "a date"
        case ("time-local", .other(let kind)): return kind == "a time"
        case ("datetime", .other(let kind)), ("datetime-local", .other(let kind)):
            return kind == "a date-time"
        default: return false
        }
    }
}
