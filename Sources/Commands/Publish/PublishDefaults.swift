import ArgumentParser
import HTTP
import MessageHandling
import SQS

/// What every message of one `publish` shares: attributes, group, deduplication, delay.
struct PublishDefaults {
    var attributes: [String: MessageAttribute] = [:]
    var groupID: String?
    var deduplicationID: String?
    /// A FIFO queue without content-based deduplication needs an id for each message.
    var generatesDeduplicationIDs = false
    var delay: Duration?

    /// The service's limit of message attributes. Source: the Amazon SQS quotas page.
    static let maximumAttributes = 10

    func entry(number: Int, body: String) -> SendEntry {
        SendEntry(
            id: "m\(number)", body: body, attributes: attributes, delay: delay, groupID: groupID,
            deduplicationID: deduplicationID ?? (generatesDeduplicationIDs ? Self.uniqueID() : nil))
    }

    /// A name that nothing else has.
    static func uniqueID() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(hexadecimal: generator.next(), digits: 16)
            + String(hexadecimal: generator.next(), digits: 16)
    }
}

/// The option of a message's attributes.
struct AttributeOptions: ParsableArguments {
    @Option(
        name: .customLong("attribute"), parsing: .singleValue,
        help: ArgumentHelp(
            "A message attribute; repeat for more. name:Number=5 sets its type.",
            valueName: "name=value"))
    var all: [AttributeArgument] = []

    /// Each by its name; where two have the same, the last.
    var byName: [String: MessageAttribute] {
        Dictionary(all.map { ($0.name, $0.value) }) { $1 }
    }

    func validate() throws {
        let count = byName.count
        if count > PublishDefaults.maximumAttributes {
            throw ValidationError("SQS takes at most ten attributes; \(count) are given.")
        }
    }
}

/// `--attribute name=value`, `name:Number=5`: a message attribute as it is typed.
struct AttributeArgument: ExpressibleByArgument, Sendable {
    let name: String
    let value: MessageAttribute

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
            return nil
        }
        let head = argument[..<equals]
        let text = String(argument[argument.index(after: equals)...])
        let parts = head.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let type = parts.count == 2 ? String(parts[1]) : "String"
        guard type.hasPrefix("String") || type.hasPrefix("Number"), !text.isEmpty else {
            return nil
        }
        name = String(parts[0])
        value = MessageAttribute(dataType: type, value: .text(text))
    }
}
