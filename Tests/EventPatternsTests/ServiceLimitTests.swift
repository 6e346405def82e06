import EventPatterns
import JSON
import Testing

/// What is taken here and refused by AWS.
@Suite struct ServiceLimitTests {
    private func refusals(_ pattern: String) throws -> [String] {
        try EventPattern(JSONValue(parsing: pattern), for: .event).refusedByAWS.map(\.description)
    }

    @Test(arguments: [
        (
            #"{"a": {"t": [{"numeric": [">", 1795978692000]}]}}"#,
            "a.t: numeric: 1795978692000 is none of the numbers from -5e9 to 5e9 with up to six "
                + "decimal places"
        ),
        (
            #"{"a": [{"numeric": [">", 0, "<", 0.0000001]}]}"#,
            "a: numeric: 0.0000001 is none of the numbers from -5e9 to 5e9 with up to six decimal "
                + "places"
        ),
        (
            #"{"a": [12345678901234567890]}"#,
            "a: 12345678901234567890 has more digits than a double"
        ),
        (#"{"a": [{"anything-but": [1, 1e309]}]}"#, "a: 1e309 has more digits than a double holds"),
        (#"{"a": [{"anything-but": 9007199254740993}]}"#, "a: 9007199254740993 has more digits"),
        (#"{"a": [{"cidr": "10.0.0.1/32"}]}"#, #"a: cidr: "10.0.0.1/32" is a single address"#),
        (#"{"a": [{"cidr": "::1/128"}]}"#, #"a: cidr: "::1/128" is a single address"#),
        (
            #"{"a": [{"cidr": "::FFFF:10.0.0.0/104"}]}"#,
            #"a: cidr: "::FFFF:10.0.0.0/104" is of IPv4"#
        ),
        (
            #"{"x": {"n": [1]}, "$or": [{"x": {"n": [2]}}, {"y": [1]}]}"#,
            "$or[0]: x.n is beside $or as well"
        ),
        ("{\"a\": [\"\(String(repeating: "x", count: 4_096))\"]}", "has 4107 bytes; allowed: 4096"),
    ])
    func `what AWS refuses is told`(pattern: String, expected: String) throws {
        let refusals = try refusals(pattern)
        #expect(refusals.count == 1)
        #expect(refusals.first?.hasPrefix(expected) == true, "\(refusals)")
    }

    @Test(arguments: [
        #"{"a": [{"numeric": [">", -5e9, "<=", 5e9]}, 0.1, 300, 1e20, {"anything-but": [1, 2]}]}"#,
        #"{"a": [{"cidr": "10.0.0.0/8"}, {"cidr": "2001:db8::/32"}, "::1/128"]}"#,
        #"{"n": [1], "$or": [{"x": {"n": [2]}}, {"x": {"n": [1]}}]}"#,
    ])
    func `what AWS takes is not`(pattern: String) throws {
        #expect(try refusals(pattern) == [])
    }
}
