private import FoundationEssentials
internal import MessageHandling

/// Message attributes as the JSON object that SQS itself uses for them:
/// `{"Name": {"DataType": "String", "StringValue": "…"}}`, bytes as base64 in `BinaryValue`.
enum MessageAttributesJSON {
    struct Entry: Encodable {
        let DataType: String
        let StringValue: String?
        let BinaryValue: String?

        init(_ attribute: MessageAttribute) {
            DataType = attribute.dataType
            StringValue = attribute.text
            BinaryValue = attribute.bytes?.base64
        }
    }

    /// `{}` when there are none. In the order of the names, on one line.
    static func text(_ attributes: [String: MessageAttribute]) -> String {
        guard !attributes.isEmpty else { return "{}" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding strings does not fail: there is no number in it that JSON lacks.
        let json = try? encoder.encode(attributes.mapValues(Entry.init))
        return json.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension [UInt8] {
    /// Standard base64 with padding, RFC 4648 section 4.
    var base64: String { Data(self).base64EncodedString() }
}
