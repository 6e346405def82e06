import EventPatterns
import Testing

/// Numbers by their value, and the limits of ranges.
@Suite struct NumberTests {
    @Test(arguments: equal + different)
    func `numbers are the same when their values are`(
        wanted: String, value: String, same: Bool
    ) throws {
        #expect(try matches(#"{"x": [\#(wanted)]}"#, #"{"x": \#(value)}"#) == same)
    }

    private static let equal: [(String, String, Bool)] = [
        ("300", "300.0", true), ("300", "3.0e2", true), ("3e2", "300", true),
        ("0.05", "5E-2", true), ("-0", "0", true), ("0.0", "0e7", true), ("-1.5", "-15e-1", true),
        ("100000000000000000000", "1e20", true), ("123456789012", "123456789012.0", true),
        ("12345678901234567890", "12345678901234567890", true),
        ("1e400", "1e400", true), ("1e99999999", "1e99999999", true),
        ("0.1", "0.10000", true),
    ]

    private static let different: [(String, String, Bool)] = [
        ("300", "301", false), ("300", "-300", false), ("1", "10", false),
        ("0.1", "0.1000000000000000001", false),
        ("12345678901234567890", "12345678901234567891", false),
        ("9007199254740993", "9007199254740992", false), ("0", "1e-30", false),
        ("1e99999999", "1e99999998", false), ("5", "true", false), ("1", "\"1\"", false),
    ]

    @Test(arguments: ranges)
    func `a range takes the numbers between its bounds`(
        numeric: String, value: String, taken: Bool
    ) throws {
        let pattern = #"{"x": [{"numeric": \#(numeric)}]}"#
        #expect(try matches(pattern, #"{"x": \#(value)}"#) == taken)
    }

    private static let ranges: [(String, String, Bool)] = [
        (#"["=", 3.018e2]"#, "301.8", true), (#"["=", 301.8]"#, "301.80001", false),
        (#"[">", 0]"#, "0", false), (#"[">", 0]"#, "0.000001", true), (#"[">=", 0]"#, "-0", true),
        (#"["<", 10]"#, "9.999999", true), (#"["<", 10]"#, "10", false),
        (#"["<=", 10]"#, "10.0", true), (#"["<=", 10]"#, "1.1e1", false),
        (#"[">", 0, "<=", 5]"#, "5", true), (#"[">", 0, "<=", 5]"#, "0", false),
        (#"[">", 0, "<=", 5]"#, "5.000001", false), (#"[">=", -5, "<", -1]"#, "-5", true),
        (#"[">=", -5, "<", -1]"#, "-1", false), (#"["<", 0]"#, "-5000000000", true),
        (#"[">", 0]"#, "5e9", true), (#"[">", 0]"#, "5000000000.000001", true),
        (#"["<", 0]"#, "-5000000000.1", true), (#"[">", 0]"#, "1.2345678", true),
        (#"[">", 0]"#, "1795978692123", true), (#"[">", 1795978692123]"#, "1795978692124", true),
        (#"[">", 1795978692123]"#, "1795978692123", false),
        (#"[">=", 0.3]"#, "0.30000000000000004", true), (#"["=", 0.3]"#, "0.3", true),
        (#"["=", 0.3]"#, "0.30000000000000004", false), (#"["<=", 0.3]"#, "0.30000001", false),
        (#"["<", 0.0000001]"#, "1e-8", true), (#"["<", 0.0000001]"#, "1e-7", false),
        (#"["=", 1234567.1234567]"#, "1234567.1234567", true),
        (#"[">", -300]"#, "9007199254740992", true), (#"[">", -300]"#, "1e-7", true),
        (#"["<", 12345678901234567890]"#, "12345678901234567880", false),
        (#"["<=", 12345678901234567890]"#, "12345678901234567880", true),
        (#"[">", 4.9e9, "<", 1e12]"#, "5000000001", true),
        (#"[">", 4.9e9, "<", 1e12]"#, "1e12", false), (#"["<", 0]"#, "-1e309", true),
        (#"[">", 0]"#, "\"1\"", false), (#"[">", 0]"#, "true", false),
        (#"[">", 0]"#, "1e300", true), (#"[">", 1e308]"#, "1e300", false),
        (#"["<", 1]"#, "0e-300", true),
    ]
}
