import EventPatterns
import JSON

/// A pattern of EventBridge, and the message and the event that it is asked about.
struct PatternTarget: FuzzTarget {
    let name = "patterns"
    let words = [
        "{\"prefix\": \"a\"}", "{\"suffix\": \"\"}", "{\"anything-but\": [1, \"x\"]}",
        "{\"exists\": false}",
        "{\"numeric\": [\">\", 0, \"<=\", 5e3]}", "{\"cidr\": \"10.0.0.0/8\"}",
        "{\"cidr\": \"::/0\"}",
        "{\"wildcard\": \"a*b*\"}", "{\"equals-ignore-case\": \"İ\"}", "\"$or\": [{}, {}]", "null",
        "true",
        "1e308", "-0.0", "300.000001", "\\ud83d\\ude00", "\\ud800", "[]", "{}", "\"body\":",
        "\"a\": [1]",
        "999999999999999999", "1e-1000001",
    ]

    let corpus: [[UInt8]] = {
        let patterns = [
            #"{"body": {"a": [{"prefix": "x"}, 1, null], "b": {"c": [{"exists": true}]}}}"#,
            #"{"body": {"$or": [{"n": [{"numeric": ["=", 3e2]}]}, "#
                + #"{"ip": [{"cidr": "10.0.0.0/8"}]}]}}"#,
            #"{"body": {"w": [{"wildcard": "*a*b\\*"}, {"anything-but": {"suffix": ".png"}}]}}"#,
            #"{"body": [{"prefix": "plain"}], "attributes": {"ApproximateReceiveCount": ["1"]}}"#,
            #"{"messageAttributes": {"kind": {"stringValue": ["order"]}}}"#,
            #"{"a": [{"equals-ignore-case": "ß"}, {"anything-but": ["x"]}], "d": {"e": [300]}}"#,
        ]
        let bodies = [
            #"{"a": "xyz", "b": [{"c": 1}, {"c": [2, [3]]}], "n": 300.0, "ip": "10.1.2.3", "#
                + #""w": "cabb"}"#,
            "plain text", #"[{"a": ["x", null]}, 1]"#, #"{"a": "SS", "d": {"e": 3e2}}"#,
        ]
        return patterns.flatMap { pattern in bodies.map { Parts.join([pattern, $0]) } }
    }()

    private struct Message: MatchableMessage {
        struct Attribute: MatchableAttribute {
            let dataType = "String"
            let text: String? = "order"
            let bytes: [UInt8]? = nil
        }

        let body: String
        let systemAttributes = ["ApproximateReceiveCount": "1"]
        let attributes = ["kind": Attribute()]
    }

    func run(_ input: [UInt8]) async -> Verdict {
        let parts = Parts.split(input, into: 2).map { String(decoding: $0, as: UTF8.self) }
        guard let source = try? JSONValue(parsing: parts[0]) else { return .refused }
        guard let again = try? JSONValue(parsing: source.text), again == source else {
            return .wrong("what is written of a value is read as another")
        }
        var verdict = Verdict.refused
        if let pattern = try? EventPattern(source, for: .message) {
            verdict = .accepted
            let set = PatternSet([pattern, nil], for: .message)
            let message = Message(body: parts[1])
            let fits = set.matches(message)
            guard fits.count == 2, fits[1], fits[0] == (set.mismatch(of: 0, message) == nil) else {
                return .wrong("the answer and its reason disagree about a message")
            }
        }
        if let pattern = try? EventPattern(source, for: .event) {
            verdict = .accepted
            let set = PatternSet([pattern], for: .event)
            guard let fits = try? set.matches(event: parts[1]) else { return .refused }
            guard let mismatch = try? set.mismatch(of: 0, event: parts[1]) else {
                return fits[0] ? .accepted : .wrong("no reason why an event does not fit")
            }
            if fits[0] { return .wrong("an event fits, and does not: \(mismatch)") }
        }
        return verdict
    }
}
