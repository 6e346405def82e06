import Logging

/// The fields of one event, from every place that may give some, as plain keys and values.
///
/// What is nearer to the event wins: its own metadata over the provider's over the handler's.
/// A dictionary becomes one field per entry (`{"attempt": {"number": 2}}` → `attempt_number=2`), a
/// list of strings a ``List``, any other array one value (`[a, b]`). No order is promised.
struct LogFields {
    /// The metadata key that names the kind of event, and no field of its own.
    static let eventIDKey = "event_id"

    /// The kind of event: 128 bits in 32 lower-case hexadecimal digits, or none.
    private(set) var eventID: String?
    private(set) var pairs: [(key: String, value: String)] = []
    private(set) var lists: [List] = []

    /// Several values of one field: in the journal one field for each, all of one name, by every
    /// one of which `journalctl` finds the entry.
    struct List {
        /// How many a line of text shows.
        private static let shown = 3

        let key: String
        let values: [String]

        /// `[a, b, c, …]`
        var text: String {
            let more = values.count > Self.shown ? ", …" : ""
            return "[" + values.prefix(Self.shown).joined(separator: ", ") + more + "]"
        }
    }

    init(
        handler: Logger.Metadata, provider: Logger.MetadataProvider?, event: LogEvent
    ) {
        var metadata = handler
        for nearer in [provider?.get(), event.metadata] {
            guard let nearer, !nearer.isEmpty else { continue }
            metadata.merge(nearer) { $1 }
        }
        pairs.reserveCapacity(metadata.count + 1)
        for (key, value) in metadata {
            if key == Self.eventIDKey, let id = Self.validEventID(value) {
                eventID = id
            } else {
                append(key, value, depth: 0)
            }
        }
        if let error = event.error, metadata["error"] == nil {
            append("error", "\(error)", depth: 0)
        }
    }

    mutating func append(_ key: String, _ value: Logger.Metadata.Value, depth: Int) {
        if case .dictionary(let entries) = value, depth < LogLimits.metadataDepth {
            for (inner, value) in entries {
                append("\(key)_\(inner)", value, depth: depth + 1)
            }
        } else if depth == 0, let values = Self.strings(value) {
            lists.append(
                List(key: key, values: values.map { $0.cut(toBytes: LogLimits.valueBytes) }))
        } else {
            pairs.append((key, Self.text(value, depth: depth).cut(toBytes: LogLimits.valueBytes)))
        }
    }

    /// The strings of a list that has nothing else.
    private static func strings(_ value: Logger.Metadata.Value) -> [String]? {
        guard case .array(let values) = value else { return nil }
        let strings = values.compactMap { value -> String? in
            if case .string(let text) = value { text } else { nil }
        }
        return strings.count == values.count ? strings : nil
    }

    private static func text(_ value: Logger.Metadata.Value, depth: Int) -> String {
        switch value {
        case .string(let text): return text
        case .stringConvertible(let convertible): return convertible.description
        case _ where depth >= LogLimits.metadataDepth: return "…"
        case .array(let values):
            return "[" + values.map { text($0, depth: depth + 1) }.joined(separator: ", ") + "]"
        case .dictionary(let entries):
            let sorted = entries.sorted { $0.key < $1.key }
            return "{"
                + sorted.map { "\($0)=\(text($1, depth: depth + 1))" }.joined(separator: ", ") + "}"
        }
    }

    /// An id that is not one stays an ordinary field, where its mistake can be seen.
    private static func validEventID(_ value: Logger.Metadata.Value) -> String? {
        let digits = text(value, depth: 0)
        guard digits.utf8.count == 32, digits.allSatisfy({ $0.isASCII && $0.isHexDigit })
        else { return nil }
        return digits.lowercased()
    }
}
