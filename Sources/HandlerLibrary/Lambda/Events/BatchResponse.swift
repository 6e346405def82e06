private import JSON

/// What a function's answer says of the messages of its batch, where
/// `report_batch_item_failures` is set.
///
/// Source: AWS Lambda Developer Guide, "Handling errors for an SQS event source", success and
/// failure conditions: an empty or null list and an empty or null answer are a complete success;
/// an answer that is not JSON, an identifier that is empty, null, under another name or of no
/// message of the batch is a complete failure. What is there twice is one as well: which of the two
/// is meant cannot be known.
package enum BatchResponse: Equatable {
    /// These come back, the others are done.
    case failed(Set<String>)
    /// All come back; the text says what is wrong with the answer.
    case invalid(String)

    package static let success = BatchResponse.failed([])

    /// - Parameter ids: the ids of the batch's messages.
    package static func read(_ answer: [UInt8], ids: Set<String>) -> BatchResponse {
        let isBlank = answer.withoutByteOrderMark.allSatisfy {
            $0 == 0x20 || (0x09...0x0D).contains($0)
        }
        guard !isBlank else { return .success }
        guard let document = try? JSONValue(parsing: answer) else {
            return .invalid("it is not a JSON object")
        }
        do throws(Malformed) {
            let failed = try identifiers(in: document)
            guard let unknown = failed.first(where: { !ids.contains($0) }) else {
                return .failed(Set(failed))
            }
            return .invalid(
                "its \(item) '\(unknown.prefix(quotedLength))' is no message of the batch")
        } catch {
            return .invalid(error.problem)
        }
    }

    /// How much of an identifier that is wrong is repeated: twice a message id.
    private static let quotedLength = 72
    private static let list = "batchItemFailures"
    private static let item = "itemIdentifier"

    private struct Malformed: Error {
        let problem: String
    }

    private static func identifiers(in document: JSONValue) throws(Malformed) -> [String] {
        if document == .null { return [] }
        guard case .object(let members) = document else {
            throw Malformed(problem: "it is not a JSON object")
        }
        // Other members are another answer's and mean nothing here, as they do not in Lambda. One
        // in other letters is meant, and would have its failures deleted, as would a second one.
        let meant = members.filter { $0.name.lowercased() == list.lowercased() }
        if let other = meant.first(where: { $0.name != list }) {
            throw Malformed(problem: "it has \(other.name) instead of \(list)")
        }
        guard meant.count < 2 else { throw Malformed(problem: "it has \(list) more than once") }
        guard let failures = meant.first?.value, failures != .null else { return [] }
        guard case .list(let items) = failures else { throw wrongList }
        return try items.map { (failure) throws(Malformed) in try identifier(of: failure) }
    }

    private static func identifier(of failure: JSONValue) throws(Malformed) -> String {
        guard case .object(let members) = failure else { throw wrongList }
        let named = members.filter { $0.name == item }
        guard named.count == 1, case .text(let identifier) = named[0].value else { throw wrongList }
        return identifier
    }

    private static let wrongList = Malformed(
        problem: "its \(list) is not a list of objects, each with an \(item) that is the id of a "
            + "message")
}
