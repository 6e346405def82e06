import JSON

/// The rules of one field: a value passes when one of them takes it.
///
/// A class, since a test is looked up for each value, and a value type with as many arrays would be
/// copied for it.
final class ValueTest: Sendable {
    private let texts: ByteTexts
    private let numbers: [JSONNumber]
    private let rules: [ValueRule]
    private let simple: Set<Simple>
    /// `exists: true`: any value.
    private let takesAny: Bool
    /// `exists: false`: no value.
    let takesAbsence: Bool

    private enum Simple {
        case `true`, `false`, null
    }

    init(_ parts: [Part]) {
        var texts: [String] = []
        var numbers: [JSONNumber] = []
        var rules: [ValueRule] = []
        var simple: Set<Simple> = []
        for part in parts {
            switch part {
            case .text(let text): texts.append(text)
            case .number(let number): numbers.append(JSONNumber(number))
            case .boolean(let flag): simple.insert(flag ? .true : .false)
            case .null: simple.insert(.null)
            case .rule(let rule): rules.append(rule)
            case .exists: break
            }
        }
        self.texts = ByteTexts(texts)
        self.numbers = numbers
        self.rules = rules
        self.simple = simple
        takesAny = parts.contains(.exists(true))
        takesAbsence = parts.contains(.exists(false))
    }

    /// One item of the list that a field has in a pattern.
    enum Part: Sendable, Equatable {
        case text(String)
        case number(String)
        case boolean(Bool)
        case null
        case exists(Bool)
        case rule(ValueRule)
    }

    func takes(_ value: LeafValue) -> Bool {
        if takesAny { return true }
        switch value.kind {
        case .text: if texts.contains(value.bytes) { return true }
        case .number:
            if !numbers.isEmpty, numbers.contains(JSONNumber(value.bytes)) { return true }
        case .true: if simple.contains(.true) { return true }
        case .false: if simple.contains(.false) { return true }
        case .null: if simple.contains(.null) { return true }
        case .object, .list: return false
        }
        return rules.contains { $0.takes(value) }
    }
}

extension ValueTest: Equatable {
    static func == (one: ValueTest, other: ValueTest) -> Bool {
        one.texts == other.texts && one.numbers == other.numbers && one.rules == other.rules
            && one.simple == other.simple && one.takesAny == other.takesAny
            && one.takesAbsence == other.takesAbsence
    }
}

/// A text, number, true, false or null of a document.
struct LeafValue {
    let kind: DocumentNode.Kind
    /// The UTF-8 of a text, the digits of a number as they are written.
    let bytes: UnsafeRawBufferPointer
}

/// A rule that is more than a value to equal.
indirect enum ValueRule: Sendable, Equatable {
    case prefix([UInt8])
    case suffix([UInt8])
    case equalsIgnoringCase(FoldedText)
    case prefixIgnoringCase(FoldedText)
    case suffixIgnoringCase(FoldedText)
    case wildcard(Wildcard)
    case numeric(NumericRange)
    case cidr(AddressBlock)
    /// Any value that the test does not take.
    case anythingBut(ValueTest)

    func takes(_ value: LeafValue) -> Bool {
        switch self {
        case .anythingBut(let test): return !test.takes(value)
        case .numeric(let range):
            return value.kind == .number && range.contains(JSONNumber(value.bytes))
        case .prefix, .suffix, .equalsIgnoringCase, .prefixIgnoringCase, .suffixIgnoringCase,
            .wildcard, .cidr:
            return value.kind == .text && takesText(value.bytes)
        }
    }

    private func takesText(_ text: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .prefix(let prefix): text.starts(with: prefix)
        case .suffix(let suffix): text.suffix(suffix.count).elementsEqual(suffix)
        case .equalsIgnoringCase(let folded): folded.equals(text)
        case .prefixIgnoringCase(let folded): folded.isPrefix(of: text)
        case .suffixIgnoringCase(let folded): folded.isSuffix(of: text)
        case .wildcard(let wildcard): wildcard.matches(text)
        case .cidr(let block): block.contains(text)
        case .numeric, .anythingBut: false
        }
    }
}
