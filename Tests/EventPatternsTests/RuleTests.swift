import EventPatterns
import JSON
import Testing

/// Each rule against single values.
@Suite struct RuleTests {
    /// Texts that look the same, in one character and in two: `é` and `e` with an accent.
    private static let composed = "\u{E9}"
    private static let decomposed = "e\u{301}"

    @Test(arguments: [
        #"{"X": [1]}"#, #"{"a": ["X"]}"#, #"{"a": [{"prefix": "X"}]}"#,
        #"{"a": [{"suffix": "X"}]}"#, #"{"a": [{"equals-ignore-case": "X"}]}"#,
        #"{"a": [{"wildcard": "*X*"}]}"#,
    ])
    func `texts are compared by their bytes, in names as in values`(pattern: String) throws {
        let texts = [Self.composed, Self.decomposed]
        let patterns = try texts.map {
            try EventPattern(JSONValue(parsing: pattern.replacing("X", with: $0)), for: .event)
        }
        #expect(patterns[0] != patterns[1])
        let set = PatternSet(patterns, for: .event)
        for (index, text) in texts.enumerated() {
            let event = pattern.contains(#""X": [1]"#) ? #"{"\#(text)": 1}"# : #"{"a": "\#(text)"}"#
            #expect(try set.matches(event: event) == [index == 0, index == 1])
        }
    }

    @Test func `names that only look the same are two fields`() throws {
        let pattern = #"{"\#(Self.composed)": [1], "\#(Self.decomposed)": [2]}"#
        #expect(try errors(in: pattern) == [])
        #expect(try matches(pattern, #"{"\#(Self.composed)": 1, "\#(Self.decomposed)": 2}"#))
        #expect(try !matches(pattern, #"{"\#(Self.composed)": 1}"#))
        let alternatives = #"""
            {"\#(Self.composed)": {"a": [1]},
            "$or": [{"\#(Self.decomposed)": {"b": [2]}}, {"c": [3]}]}
            """#
        #expect(
            try matches(
                alternatives, #"{"\#(Self.composed)": {"a": 1}, "\#(Self.decomposed)": {"b": 2}}"#))
        #expect(try !matches(alternatives, #"{"\#(Self.composed)": {"a": 1, "b": 2}}"#))
    }

    /// The rules of a field, the value of the field, and whether they take it.
    typealias Row = (rules: String, value: String, taken: Bool)

    @Test(arguments: texts + wildcards + exclusions + others)
    func `a rule takes the values it is documented to take, and no other`(
        rules: String, value: String, taken: Bool
    ) throws {
        #expect(try matches(#"{"x": \#(rules)}"#, #"{"x": \#(value), "y": 1}"#) == taken)
    }

    private static let texts: [Row] = [
        (#"["a"]"#, #""a""#, true),
        (#"["a"]"#, #""A""#, false),
        (#"["a"]"#, #""ab""#, false),
        (#"["ab", "a"]"#, #""a""#, true),
        (#"["b", "c"]"#, #""a""#, false),
        (#"["3"]"#, "3", false),
        (#"["true"]"#, "true", false),
        (#"["null"]"#, "null", false),
        (#"[""]"#, #""""#, true),
        (#"[""]"#, "null", false),
        (#"[""]"#, #"" ""#, false),
        (#"["é"]"#, #""\u00e9""#, true),
        (#"["\u00e9"]"#, #""é""#, true),
        (#"["e\u0301"]"#, #""é""#, false),
        (#"["👋"]"#, #""\uD83D\uDC4B""#, true),
        (#"["a/b\n"]"#, #""a\/b\u000A""#, true),
        (#"[{"exactly": "a"}]"#, #""a""#, true),
        (#"[{"exactly": "a"}]"#, #""b""#, false),
        (#"[{"prefix": "us-"}]"#, #""us-east-1""#, true),
        (#"[{"prefix": "us-"}]"#, #""us-""#, true),
        (#"[{"prefix": "us-"}]"#, #""us""#, false),
        (#"[{"prefix": "us-"}]"#, #""eu-us-""#, false),
        (#"[{"prefix": ""}]"#, #""anything""#, true),
        (#"[{"prefix": "1"}]"#, "12", false),
        (#"[{"prefix": "t"}]"#, "true", false),
        (#"[{"prefix": {"equals-ignore-case": "EventB"}}]"#, #""eventBRIDGE""#, true),
        (#"[{"prefix": {"equals-ignore-case": "EventB"}}]"#, #""event""#, false),
        (#"[{"prefix": {"equals-ignore-case": "ÄB"}}]"#, #""äbc""#, true),
        (#"[{"suffix": ".png"}]"#, #""a.png""#, true),
        (#"[{"suffix": ".png"}]"#, #"".png""#, true),
        (#"[{"suffix": ".png"}]"#, #""png""#, false),
        (#"[{"suffix": ".png"}]"#, #""a.PNG""#, false),
        (#"[{"suffix": {"equals-ignore-case": ".png"}}]"#, #""a.PnG""#, true),
        (#"[{"suffix": {"equals-ignore-case": ".png"}}]"#, #""a.jpg""#, false),
        (#"[{"suffix": {"equals-ignore-case": ".ÄÖ"}}]"#, #""something long.äö""#, true),
        (#"[{"equals-ignore-case": "alice"}]"#, #""ALICE""#, true),
        (#"[{"equals-ignore-case": "ALICE"}]"#, #""alicE""#, true),
        (#"[{"equals-ignore-case": "alice"}]"#, #""alice2""#, false),
        (#"[{"equals-ignore-case": "ÜBER"}]"#, #""über""#, true),
        (#"[{"equals-ignore-case": "[a]"}]"#, #""{A}""#, false),
        (#"[{"equals-ignore-case": "1"}]"#, "1", false),
        (#"[{"equals-ignore-case": "kk"}]"#, #""\u212A\u212a""#, true),
        (#"[{"equals-ignore-case": ""}]"#, #""""#, true),
        (#"[{"equals-ignore-case": ""}]"#, #""aaaa""#, false),
        (#"[{"prefix": {"equals-ignore-case": "k"}}]"#, #""\u212A👋👋👋""#, true),
        (#"[{"suffix": {"equals-ignore-case": "ß👋"}}]"#, #""👋👋👋ẞ👋""#, true),
    ]

    private static let wildcards: [Row] = [
        (#"[{"wildcard": "Simple*Service"}]"#, #""SimpleQueueService""#, true),
        (#"[{"wildcard": "Simple*Service"}]"#, #""SimpleService""#, true),
        (#"[{"wildcard": "Simple*Service"}]"#, #""SimpleQueueServices""#, false),
        (#"[{"wildcard": "*"}]"#, #""""#, true),
        (#"[{"wildcard": "*"}]"#, "5", false),
        (#"[{"wildcard": "a"}]"#, #""a""#, true),
        (#"[{"wildcard": "a"}]"#, #""ab""#, false),
        (#"[{"wildcard": "a*"}]"#, #""a""#, true),
        (#"[{"wildcard": "*a"}]"#, #""ba""#, true),
        (#"[{"wildcard": "*/lib/*"}]"#, #""/usr/lib/x""#, true),
        (#"[{"wildcard": "*/lib/*"}]"#, #""/usr/lib""#, false),
        (#"[{"wildcard": "a*b*c"}]"#, #""aXbYbZc""#, true),
        (#"[{"wildcard": "a*b*c"}]"#, #""acb""#, false),
        (#"[{"wildcard": "ab*ba"}]"#, #""aba""#, false),
        (#"[{"wildcard": "ab*ba"}]"#, #""abba""#, true),
        (#"[{"wildcard": "*aab*"}]"#, #""aaab""#, true),
        (#"[{"wildcard": "*ababc*"}]"#, #""abababcd""#, true),
        (#"[{"wildcard": "*abab*abac"}]"#, #""ababababac""#, true),
        (#"[{"wildcard": "a\\*b"}]"#, #""a*b""#, true),
        (#"[{"wildcard": "a\\*b"}]"#, #""aXb""#, false),
        (#"[{"wildcard": "a\\\\*"}]"#, #""a\\x""#, true),
        (#"[{"wildcard": "a*\\*"}]"#, #""abc*""#, true),
    ]

    private static let exclusions: [Row] = [
        (#"[{"anything-but": "a"}]"#, #""b""#, true),
        (#"[{"anything-but": "a"}]"#, #""a""#, false),
        (#"[{"anything-but": "1"}]"#, "1", true),
        (#"[{"anything-but": "a"}]"#, "null", true),
        (#"[{"anything-but": 5}]"#, "6", true),
        (#"[{"anything-but": 5}]"#, "5.0", false),
        (#"[{"anything-but": 5}]"#, #""5""#, true),
        (#"[{"anything-but": ["a", "b"]}]"#, #""b""#, false),
        (#"[{"anything-but": ["a", "b"]}]"#, #""c""#, true),
        (#"[{"anything-but": [100, 200]}]"#, "200", false),
        (#"[{"anything-but": [100, 200]}]"#, "201", true),
        (#"[{"anything-but": {"prefix": "init"}}]"#, #""initial""#, false),
        (#"[{"anything-but": {"prefix": "init"}}]"#, #""final""#, true),
        (#"[{"anything-but": {"prefix": "init"}}]"#, "7", true),
        (#"[{"anything-but": {"prefix": ["a", "b"]}}]"#, #""bc""#, false),
        (#"[{"anything-but": {"prefix": ["a", "b"]}}]"#, #""cb""#, true),
        (#"[{"anything-but": {"suffix": ".png"}}]"#, #""a.png""#, false),
        (#"[{"anything-but": {"suffix": [".png", ".jpg"]}}]"#, #""a.gif""#, true),
        (#"[{"anything-but": {"equals-ignore-case": "initializing"}}]"#, #""INITIALIZING""#, false),
        (#"[{"anything-but": {"equals-ignore-case": ["a", "b"]}}]"#, #""B""#, false),
        (#"[{"anything-but": {"equals-ignore-case": ["a", "b"]}}]"#, #""C""#, true),
        (#"[{"anything-but": {"wildcard": "*/lib/*"}}]"#, #""/lib/x""#, false),
        (#"[{"anything-but": {"wildcard": "*/lib/*"}}]"#, #""/bin/x""#, true),
        (#"[{"anything-but": {"wildcard": ["a*", "*z"]}}]"#, #""bz""#, false),
        (#"[{"anything-but": "a"}, "a"]"#, #""a""#, true),
    ]

    private static let others: [Row] = [
        ("[null]", "null", true),
        ("[null]", #""null""#, false),
        ("[null]", "0", false),
        ("[true]", "true", true),
        ("[true]", "false", false),
        ("[false]", "false", true),
        ("[false]", "0", false),
        ("[true, null]", "null", true),
        (#"[{"exists": true}]"#, "null", true),
        (#"[{"exists": true}]"#, #""""#, true),
        (#"[{"exists": true}]"#, "{}", false),
        (#"[{"exists": true}]"#, #"{"z": 1}"#, false),
        (#"[{"exists": true}]"#, "[]", false),
        (#"[{"exists": true}]"#, "[[0]]", true),
        (#"[{"exists": false}]"#, "1", false),
        (#"[{"exists": false}]"#, "null", false),
        (#"[{"exists": false}]"#, "[]", true),
        (#"[{"exists": false}]"#, #"{"z": 1}"#, true),
        (#"[{"exists": false}, "a"]"#, #""a""#, true),
        (#"[{"exists": false}, "a"]"#, #""b""#, false),
        (#"[{"cidr": "10.0.0.0/24"}]"#, #""10.0.0.255""#, true),
        (#"[{"cidr": "10.0.0.0/24"}]"#, #""10.0.1.0""#, false),
        (#"[{"cidr": "10.0.0.77/24"}]"#, #""10.0.0.3""#, true),
        (#"[{"cidr": "0.0.0.0/0"}]"#, #""255.1.2.3""#, true),
        (#"[{"cidr": "10.1.2.3/32"}]"#, #""10.1.2.3""#, true),
        (#"[{"cidr": "10.1.2.3/32"}]"#, #""10.1.2.4""#, false),
        (#"[{"cidr": "10.0.0.0/8"}]"#, #""10.0.0""#, false),
        (#"[{"cidr": "10.0.0.0/8"}]"#, #""10.0.0.256""#, false),
        (#"[{"cidr": "10.0.0.0/8"}]"#, #""10.0.0.1 ""#, false),
        (#"[{"cidr": "10.0.0.0/8"}]"#, "10", false),
        (#"[{"cidr": "::/0"}]"#, #""10.0.0.1""#, false),
        (#"[{"cidr": "2001:db8::/32"}]"#, #""2001:DB8:1::2""#, true),
        (#"[{"cidr": "2001:db8::/32"}]"#, #""2001:db9::1""#, false),
        (#"[{"cidr": "::ffff:10.0.0.0/104"}]"#, #""::FFFF:10.9.9.9""#, true),
        (#"[{"cidr": "1:2:3:4:5:6:7:0/112"}]"#, #""1:2:3:4:5:6:7:8""#, true),
        (#"[{"cidr": "1:2:3:4:5:6:7:0/112"}]"#, #""1:2:3:4:5:6:7::8""#, false),
        (#"[{"cidr": "::1/128"}]"#, #""::1""#, true),
        (#"[{"cidr": "::1/128"}]"#, #""1::1::1""#, false),
        (#"[{"cidr": "::1/128"}]"#, #"":::""#, false),
    ]
}
