import EventPatterns

/// The JSON of messages, patterns and envelopes, read into values.
struct JSONTarget: FuzzTarget {
    let name = "json"
    let words = ["null", "true", "false", "\\u0041", "\\ud83d\\ude00", "1e5", "-0.0", "[]", "{}"]
    let corpus = [
        #"{"a": [1, -2.5e3, "t\u00e9xt", null, true, {"b": {}}], "c": "\ud83d\ude00"}"#,
        "[[], [[]]]",
        #""text""#, "12", #"{"a":1,"a":2}"#,
    ].map { Array($0.utf8) }

    func run(_ input: [UInt8]) async -> Verdict {
        guard let text = String(validating: input, as: UTF8.self),
            let value = try? JSONValue(parsing: text)
        else { return .refused }
        guard let again = try? JSONValue(parsing: value.text), again == value else {
            return .wrong("what is written of a value is read as another")
        }
        return .accepted
    }
}
