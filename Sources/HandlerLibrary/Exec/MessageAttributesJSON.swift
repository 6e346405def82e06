private import FoundationEssentials
internal import JSON
internal import MessageHandling

/// Message attributes as the JSON object that SQS itself uses for them:
/// `{"Name": {"DataType": "String", "StringValue": "…"}}`, bytes as base64 in `BinaryValue`.
enum MessageAttributesJSON {
    /// `{}` when there are none. In the order of the names, on one line.
    static func text(_ attributes: [String: MessageAttribute]) -> String {
        var json = JSONWriter()
        write(attributes, to: &json)
        return json.text
    }

    static func write(_ attributes: [String: MessageAttribute], to json: inout JSONWriter) {
        json.object { json in
            for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
                json.name(name)
                json.object { json in
                    if let bytes = attribute.bytes { json.member("BinaryValue", bytes.base64) }
                    json.member("DataType", attribute.dataType)
                    if let text = attribute.text { json.member("StringValue", text) }
                }
            }
        }
    }
}

extension [UInt8] {
    /// Standard base64 with padding, RFC 4648 section 4.
    var base64: String { Data(self).base64EncodedString() }
}
