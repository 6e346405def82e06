import JSON

/// Makes a range of what `numeric` has: `["=", 5]`, `[">", 0]`, `[">=", 0, "<", 5]`.
enum NumericCompiler {
    static func range(_ value: JSONValue) throws(RuleCompiler.Invalid) -> NumericRange {
        guard case .list(let items) = value, items.count == 2 || items.count == 4 else {
            throw invalid("has to be a list of one or two comparisons, such as [\">\", 0]")
        }
        let first = try comparison(items[0], items[1])
        guard items.count == 4 else { return first.range }
        let second = try comparison(items[2], items[3])
        guard first.word.first == ">", second.word.first == "<" else {
            throw invalid("two comparisons have to be > or >= first, then < or <=")
        }
        guard NumericRange.precedes(first.number, second.number) else {
            throw invalid("the lower bound is not less than the upper one")
        }
        return NumericRange(lower: first.bound, upper: second.bound)
    }

    private struct Comparison {
        let word: String
        let number: JSONNumber

        var bound: NumericRange.Bound {
            NumericRange.Bound(number: number, isIncluded: word.last == "=")
        }

        var range: NumericRange {
            switch word.first {
            case ">": NumericRange(lower: bound, upper: nil)
            case "<": NumericRange(lower: nil, upper: bound)
            default: NumericRange(lower: bound, upper: bound)
            }
        }
    }

    private static func comparison(
        _ comparison: JSONValue, _ operand: JSONValue
    ) throws(RuleCompiler.Invalid) -> Comparison {
        guard case .text(let word) = comparison, ["=", "<", "<=", ">", ">="].contains(word) else {
            throw invalid("\(comparison.text) is no comparison; allowed: =, <, <=, >, >=")
        }
        guard case .number(let text) = operand else {
            throw invalid("\(operand.text) after \(word) is not a number")
        }
        let number = JSONNumber(text)
        guard number.double.isFinite else {
            throw invalid("\(text) is out of range; allowed: what a double holds, to 1.8e308")
        }
        return Comparison(word: word, number: number)
    }

    private static func invalid(_ problem: String) -> RuleCompiler.Invalid {
        RuleCompiler.Invalid(problem: "numeric: \(problem)")
    }
}
