/// The rules of one field: a value passes when one of them takes it.
struct ValueTest: Sendable, Equatable {
    private(set) var texts = ByteTexts([])
    private(set) var numbers: [JSONNumber] = []
    private(set) var takesTrue = false
    private(set) var takesFalse = false
    private(set) var takesNull = false
    /// `exists: true`: any value.
    private(set) var takesAny = false
    /// `exists: false`: no value.
    private(set) var takesAbsence = false
    private(set) var rules: [ValueRule] = []

    init(_ parts: [Part]) {
        var texts: [String] = []
        for part in parts {
            switch part {
            case .text(let text): texts.append(text)
            case .number(let number): numbers.append(JSONNumber(number))
            case .boolean(true): takesTrue = true
            case .boolean(false): takesFalse = true
            case .null: takesNull = true
            case .exists(true): takesAny = true
            case .exists(false): takesAbsence = true
            case .rule(let rule): rules.append(rule)
            }
        }
        self.texts = ByteTexts(texts)
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
        case .true: if takesTrue { return true }
        case .false: if takesFalse { return true }
        case .null: if takesNull { return true }
        case .object, .list: return false
        }
        return rules.contains { $0.takes(value) }
    }
}

/// A text, number, true, false or null of a document.
struct LeafValue {
    let kind: DocumentNode.Kind
    /// Of a text its UTF-8, of a number its digits as they are written.
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
        default: return value.kind == .text && takesText(value.bytes)
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
