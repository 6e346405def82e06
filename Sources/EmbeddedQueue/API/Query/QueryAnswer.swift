import JSON

/// Answers and errors of the query protocol, which are XML.
///
/// An answer is written from the one in JSON, so that no operation can answer otherwise in one
/// protocol than in the other.
enum QueryAnswer {
    private static let namespace = "http://queue.amazonaws.com/doc/2012-11-05/"

    /// - Parameter result: the answer as JSON.
    static func answer(_ result: JSONWriter, to operation: String, requestID: String) -> [UInt8] {
        // What was written here can be read.
        let result = (try? JSONValue(parsing: result.bytes, takesHalves: false)) ?? .null
        var xml = XMLWriter()
        xml.root(operation + "Response", namespace: namespace) { xml in
            if QueryNames.hasResult(operation) {
                xml.element(operation + "Result") { write(result, of: operation, to: &$0) }
            }
            xml.element("ResponseMetadata") { $0.element("RequestId", requestID) }
        }
        return xml.bytes
    }

    static func error(
        code: String, message: String, isSenders: Bool, requestID: String
    ) -> [UInt8] {
        var xml = XMLWriter()
        xml.root("ErrorResponse", namespace: namespace) { xml in
            xml.element("Error") { xml in
                xml.element("Type", isSenders ? "Sender" : "Receiver")
                xml.element("Code", code)
                xml.element("Message", message)
                xml.element("Detail") { _ in }
            }
            xml.element("RequestId", requestID)
        }
        return xml.bytes
    }

    private static func write(
        _ value: JSONValue, of operation: String, to xml: inout XMLWriter
    ) {
        switch value {
        case .object(let members):
            for member in members { write(member, of: operation, to: &xml) }
        case .text(let text), .number(let text): xml.text(text)
        case .boolean(let isTrue): xml.text(isTrue ? "true" : "false")
        case .list, .null: break
        }
    }

    private static func write(
        _ member: JSONValue.Member, of operation: String, to xml: inout XMLWriter
    ) {
        switch member.value {
        case .list(let values):
            let name = QueryNames.element(of: member.name, in: operation)
            for value in values { xml.element(name) { write(value, of: operation, to: &$0) } }
        case .object(let entries):
            guard let names = QueryNames.entry(of: member.name) else {
                return xml.element(member.name) { write(member.value, of: operation, to: &$0) }
            }
            for entry in entries {
                xml.element(names.name) { xml in
                    xml.element(names.key, entry.name)
                    xml.element(names.value) { write(entry.value, of: operation, to: &$0) }
                }
            }
        case .text, .number, .boolean, .null:
            xml.element(member.name) { write(member.value, of: operation, to: &$0) }
        }
    }
}
