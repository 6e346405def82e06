private import FoundationEssentials

/// What a function's answer says of the messages of its batch, where
/// `report_batch_item_failures` is set.
///
/// Source: AWS Lambda Developer Guide, "Handling errors for an SQS event source", success and
/// failure conditions: an empty or null list and an empty or null answer are a complete success;
/// an answer that is not JSON, an identifier that is empty, null, under another name or of no
/// message of the batch is a complete failure.
package enum BatchResponse: Equatable {
    /// These come back, the others are done.
    case failed(Set<String>)
    /// All come back; the text says what is wrong with the answer.
    case invalid(String)

    package static let success = BatchResponse.failed([])

    /// - Parameter ids: the ids of the batch's messages.
    package static func read(_ answer: [UInt8], ids: Set<String>) -> BatchResponse {
        let isBlank = answer.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard !isBlank else { return .success }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(answer))
        } catch let error as Malformed {
            return .invalid(error.problem)
        } catch {
            return .invalid("it is not a JSON object")
        }
        let unknown = document.identifiers.first { !ids.contains($0) }
        if let unknown {
            return .invalid(
                "its itemIdentifier '\(unknown.prefix(quotedLength))' is no message of the batch")
        }
        return .failed(Set(document.identifiers))
    }

    /// How much of an identifier that is wrong is repeated: twice a message id.
    private static let quotedLength = 72

    private struct Malformed: Error {
        let problem: String
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private struct Document: Decodable {
        static let list = "batchItemFailures"
        var identifiers: [String] = []

        init(from decoder: any Decoder) throws {
            if try decoder.singleValueContainer().decodeNil() { return }
            let members = try decoder.container(keyedBy: AnyKey.self)
            let key = AnyKey(stringValue: Self.list)
            guard members.contains(key) else {
                // Other members are another answer's and mean nothing here, as they do not in
                // Lambda. This one is meant, and would have its failures deleted.
                let meant = members.allKeys.first {
                    $0.stringValue.lowercased() == Self.list.lowercased()
                }
                guard let meant else { return }
                throw Malformed(problem: "it has \(meant.stringValue) instead of \(Self.list)")
            }
            if try members.decodeNil(forKey: key) { return }
            guard let items = try? members.decode([Item].self, forKey: key) else {
                throw Malformed(
                    problem: "its \(Self.list) is not a list of objects, each with an "
                        + "itemIdentifier that is the id of a message")
            }
            identifiers = items.map(\.itemIdentifier)
        }
    }

    private struct Item: Decodable {
        let itemIdentifier: String
    }
}
