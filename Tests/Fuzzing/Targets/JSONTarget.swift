import JSON

/// A text of JSON, read value by value and as a tree, and written again.
struct JSONTarget: FuzzTarget {
    let name = "json"
    let words = [
        "\\ud83d\\ude00", "\\ud800", "\\u0000", "\\\"", "\\/", "-0.0", "1e400", "1E-7", "true",
        "null", "[[[[", "{\"a\":", "\u{0}", "\u{FEFF}", "é",
    ]

    let corpus = [
        #"{"a": [1, -2.5e3, "x\u00e9\n", {"b": null, "c": [true, false, []]}], "d": {"a": ""}}"#,
        #"["\ud83d\ude00 \b\f\r\t\/\\", 12345678901234567890.5, {}]"#, "[]", " null ", "0",
    ].map { Array($0.utf8) }

    func run(_ input: [UInt8]) async -> Verdict {
        let isValid = Self.isSkipped(input, takesControls: false)
        if isValid, !Self.isSkipped(input, takesControls: true) {
            return .wrong("more is refused where control characters are taken")
        }
        let isText = String(validating: input, as: UTF8.self) != nil
        guard let value = try? JSONValue(parsing: input) else {
            return isValid && isText ? .wrong("a tree of less than is skipped") : .refused
        }
        guard isValid else { return .wrong("a tree of more than is skipped") }
        guard let again = try? JSONValue(parsing: value.text), again == value else {
            return .wrong("what is written of a value is read as another")
        }
        return .accepted
    }

    private static func isSkipped(_ input: [UInt8], takesControls: Bool) -> Bool {
        do throws(JSONError) {
            try JSONReader.read(input, takesControls: takesControls) { (json) throws(JSONError) in
                try json.skip()
            }
            return true
        } catch {
            return false
        }
    }
}
