import JSON

/// Makes a range of what `numeric` has: `["=", 5]`, `[">", 0]`, `[">=", 0, "<", 5]`.
enum NumericCompiler {
    static func range(_ value: JSONValue) throws(RuleCompiler.Invalid) -> NumericRange {
        guard case .list(let items) = value, items.count == 2 || items.count == 4 else {
            throw invalid("has to be a list of one or two comparisons, such as [\">\", 0]")
        }
        let first = try bound(items[0], items[1])
        guard items.count == 4 else { return first.range }
        let second = try bound(items[2], items[3])
        guard first.isLower, second.isUpper else {
            throw invalid("two comparisons have to be > or >= first, then < or <=")
        }
        guard first.value < second.value else {
            throw invalid("the lower bound is not less than the upper one")
        }
        return NumericRange(lowest: first.range.lowest, highest: second.range.highest)
    }

    private struct Bound {
        let comparison: String
        let value: Int64

        var isLower: Bool { comparison.first == ">" }
        var isUpper: Bool { comparison.first == "<" }

        var range: NumericRange {
            switch comparison {
            case ">": NumericRange(lowest: value + 1, highest: .max)
            case ">=": NumericRange(lowest: value, highest: .max)
            case "<": NumericRange(lowest: .min, highest: value - 1)
            case "<=": NumericRange(lowest: .min, highest: value)
            default: NumericRange(lowest: value, highest: value)
            }
        }
    }

    private static func bound(
        _ comparison: JSONValue, _ operand: JSONValue
    ) throws(RuleCompiler.Invalid) -> Bound {
        guard case .text(let word) = comparison, ["=", "<", "<=", ">", ">="].contains(word) else {
            throw invalid("\(comparison.text) is no comparison; allowed: =, <, <=, >, >=")
        }
        guard case .number(let text) = operand else {
            throw invalid("\(operand.text) after \(word) is not a number")
        }
        guard let value = JSONNumber(text).millionths else {
            throw invalid(
                "\(text) is out of range; allowed: -5e9 to 5e9, with up to six decimal places")
        }
        return Bound(comparison: word, value: value)
    }

    private static func invalid(_ problem: String) -> RuleCompiler.Invalid {
        RuleCompiler.Invalid(problem: "numeric: \(problem)")
    }
}
