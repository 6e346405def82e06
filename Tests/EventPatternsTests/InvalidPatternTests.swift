import EventPatterns
import Testing

/// What each mistake in a pattern is answered with.
@Suite struct InvalidPatternTests {
    @Test(arguments: shapes + rules + ranges)
    func `a mistake is told with its place and what is allowed`(
        pattern: String, expected: [String]
    ) throws {
        let found = try errors(in: pattern)
        #expect(found.count == expected.count, "\(found)")
        for (text, words) in zip(found, expected) {
            #expect(text.hasPrefix(words), "\(text)")
        }
    }

    private static let shapes: [(String, [String])] = [
        ("[]", ["a list is the wrong type; a pattern is an object"]),
        ("{}", ["an empty object is not allowed"]),
        (#"{"a": {}}"#, ["a: an empty object is not allowed"]),
        (#"{"a": []}"#, ["a: an empty list matches nothing"]),
        (#"{"a": "x"}"#, [#"a: a text is the wrong type; values stand in a list: ["x"]"#]),
        (#"{"a": null, "b": 5}"#, ["a: null is the wrong type", "b: a number is the wrong type"]),
        (#"{"a": {"b": [[1]]}}"#, ["a.b: a list in a list is not allowed: [1]"]),
        (#"{"a": [1], "a": [2]}"#, ["a: is there twice"]),
        (#"{"$or": [{"a": [1]}]}"#, ["$or: needs at least two objects of fields"]),
        (#"{"$or": [{"a": [1]}, {"prefix": [1]}]}"#, ["$or: needs at least two objects"]),
        (
            #"{"$or": [{"a": []}, {"b": [1]}, {}]}"#,
            ["$or[0].a: an empty list", "$or[2]: an empty"]
        ),
    ]

    private static let rules: [(String, [String])] = [
        (#"{"a": [{"prefixx": "b"}]}"#, [#"a: unknown rule "prefixx"; allowed: prefix, suffix"#]),
        (
            #"{"a": [{"prefix": "b", "suffix": "c"}]}"#,
            [#"a: a rule has exactly one name in its object: {"prefix": "b", "suffix": "c"}"#]
        ),
        (#"{"a": [{}]}"#, ["a: a rule has exactly one name"]),
        (#"{"a": [{"prefix": 5}]}"#, ["a: a number is the wrong type for prefix; allowed: a text"]),
        (#"{"a": [{"suffix": null}]}"#, ["a: null is the wrong type for suffix"]),
        (#"{"a": [{"prefix": {"wildcard": "b*"}}]}"#, [#"a: prefix cannot be of "wildcard""#]),
        (#"{"a": [{"equals-ignore-case": ["b"]}]}"#, ["a: a list is the wrong type"]),
        (#"{"a": [{"wildcard": "b**c"}]}"#, [#"a: wildcard: "b**c" has two * in a row"#]),
        (#"{"a": [{"wildcard": "b\\c"}]}"#, [#"a: wildcard: "b\c" has a \ before something"#]),
        (#"{"a": [{"wildcard": "b\\"}]}"#, [#"a: wildcard: "b\" ends with a \"#]),
        (#"{"a": [{"exists": "yes"}]}"#, ["a: a text is the wrong type for exists"]),
        (#"{"a": [{"cidr": "10.0.0.0"}]}"#, [#"a: cidr: "10.0.0.0" has to be an address, one /"#]),
        (#"{"a": [{"cidr": "10.0.0.0/33"}]}"#, ["a: cidr: \"10.0.0.0/33\" has to end with"]),
        (#"{"a": [{"cidr": "::/-1"}]}"#, ["a: cidr: \"::/-1\" has to end with"]),
        (
            #"{"a": [{"cidr": "host/8"}]}"#,
            ["a: cidr: \"host/8\" does not begin with an IP address"]
        ),
        (#"{"a": [{"anything-but": []}]}"#, ["a: the list of anything-but is empty"]),
        (#"{"a": [{"anything-but": [1, "b"]}]}"#, ["a: the list of anything-but mixes"]),
        (#"{"a": [{"anything-but": [null]}]}"#, ["a: null is the wrong type for anything-but"]),
        (#"{"a": [{"anything-but": true}]}"#, ["a: true or false is the wrong type"]),
        (#"{"a": [{"anything-but": {"prefix": ""}}]}"#, ["a: anything-but with an empty prefix"]),
        (
            #"{"a": [{"anything-but": {"cidr": "::/0"}}]}"#,
            [#"a: anything-but cannot be of "cidr""#]
        ),
        (
            #"{"a": [{"anything-but": {"prefix": [1]}}]}"#,
            ["a: a number is the wrong type for prefix"]
        ),
        (#"{"a": [{"anything-but": {"wildcard": ["**"]}}]}"#, ["a: wildcard: "]),
        (
            #"{"a": [{"no": 1}, "x", {"nono": 2}], "b": 1}"#,
            [#"a: unknown rule "no""#, #"a: unknown rule "nono""#, "b: a number is the wrong type"]
        ),
    ]

    private static let ranges: [(String, [String])] = [
        (#"{"a": [{"numeric": 5}]}"#, ["a: numeric: has to be a list of one or two comparisons"]),
        (#"{"a": [{"numeric": [">"]}]}"#, ["a: numeric: has to be a list"]),
        (#"{"a": [{"numeric": ["!=", 5]}]}"#, [#"a: numeric: "!=" is no comparison"#]),
        (#"{"a": [{"numeric": [">", "5"]}]}"#, [#"a: numeric: "5" after > is not a number"#]),
        (#"{"a": [{"numeric": ["<", 5, ">", 1]}]}"#, ["a: numeric: two comparisons have to be >"]),
        (#"{"a": [{"numeric": [">", 5, "<", 5]}]}"#, ["a: numeric: the lower bound is not less"]),
        (#"{"a": [{"numeric": ["=", 1e400]}]}"#, ["a: numeric: 1e400 is out of range"]),
        (#"{"a": [{"numeric": ["=", -1e309]}]}"#, ["a: numeric: -1e309 is out of range"]),
    ]

    @Test(arguments: messages)
    func `a pattern for messages names what a message has`(
        pattern: String, expected: [String]
    ) throws {
        let found = try errors(in: pattern, for: .message)
        #expect(found.count == expected.count, "\(found)")
        for (text, words) in zip(found, expected) {
            #expect(text.hasPrefix(words), "\(text)")
        }
    }

    private static let messages: [(String, [String])] = [
        (
            #"{"Body": ["x"]}"#,
            ["Body: a message has no such field; allowed: body, messageAttributes, attributes"]
        ),
        (#"{"$or": [{"body": ["x"]}, {"data": ["x"]}]}"#, ["$or[1].data: a message has no such"]),
        (#"{"attributes": ["x"]}"#, ["attributes: has to be an object"]),
        (#"{"attributes": {"Sender": ["x"]}}"#, ["attributes.Sender: a message has no such"]),
        (#"{"attributes": {"SenderId": {"x": [1]}}}"#, ["attributes.SenderId: is a text"]),
        (#"{"messageAttributes": ["x"]}"#, ["messageAttributes: has to be an object"]),
        (
            #"{"messageAttributes": {"a": {"value": ["x"]}}}"#,
            ["messageAttributes.a.value: an attribute has no such part; allowed: stringValue"]
        ),
        (#"{"body": [1], "messageAttributes": {"a": ["x"]}}"#, []),
    ]

    /// Each level doubles the ways to choose the fields of one object `p`.
    @Test(arguments: [(4, true), (12, false)])
    func `a pattern with too many combinations is refused`(levels: Int, isValid: Bool) throws {
        let pattern = (0..<levels).reduce(#""o": {"x": [1]}"#) { inner, level in
            #""o": {"$or": [{"p": {"a\#(level)": [1]}}, {"p": {"b\#(level)": [1]}}]}, "#
                + #""$or": [{\#(inner)}, {"z\#(level)": [1]}]"#
        }
        let found = try errors(in: "{\(pattern)}")
        #expect(found.isEmpty == isValid, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("more than 1000 combinations") })
    }

    @Test func `a pattern nested too deep is refused`() throws {
        let pattern =
            String(repeating: #"{"a": "#, count: 100) + "[1]" + String(repeating: "}", count: 100)
        let found = try errors(in: pattern)
        #expect(found.count == 1)
        #expect(found[0].hasSuffix("more than 64 objects in each other"))
    }
}
