import SQS

/// The fields of a form (`application/x-www-form-urlencoded`) or of a URL's query, as the tree that
/// the dots in their names make: `Attribute.1.Name` is three deep.
struct FormFields: Sendable, Equatable {
    /// More than any operation has (`SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.…`),
    /// and no more than a walk through the tree can take.
    private static let deepest = 8
    /// The longest name: many times what an operation has, every letter escaped.
    private static let longest = 1_024
    /// More than a batch of ten with ten attributes each has; a field takes much more memory than
    /// its text.
    private static let most = 2_000

    private(set) var text: String?
    private(set) var children: [String: FormFields] = [:]
    /// How many were added at the top.
    private var count = 0

    init() {}

    /// Adds what the text holds. Of a name that is there twice the first counts.
    mutating func add(_ form: some Collection<UInt8>) throws(StoreError) {
        let fields = form.split(separator: UInt8(ascii: "&"), maxSplits: Self.most)
        count += fields.count
        guard count <= Self.most else {
            throw StoreError(.serialization, "The request has more than \(Self.most) fields.")
        }
        for field in fields {
            let parts = field.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].count <= Self.longest else {
                throw StoreError(
                    .serialization,
                    "A name in the request is longer than \(Self.longest) bytes.")
            }
            let name = try Self.decoded(parts[0])
            let path = name.split(separator: ".", omittingEmptySubsequences: false)
            guard path.count <= Self.deepest else {
                throw StoreError(
                    .serialization, "A name in the request has more than \(Self.deepest) parts.")
            }
            insert(try parts.count == 2 ? Self.decoded(parts[1]) : "", at: path[...])
        }
    }

    private mutating func insert(_ value: String, at path: ArraySlice<Substring>) {
        guard let name = path.first else {
            text = text ?? value
            return
        }
        children[String(name), default: FormFields()].insert(value, at: path.dropFirst())
    }

    subscript(_ name: String) -> String? { children[name]?.text }

    /// Percent-encoding and `+` for a blank, as forms have them.
    private static func decoded(_ field: some Collection<UInt8>) throws(StoreError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(field.count)
        var rest = field.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit)
                else { throw malformed }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed }
        return text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private static var malformed: StoreError {
        StoreError(
            .serialization,
            "The request is not a form: a percent sign without two digits, or no UTF-8.")
    }
}
