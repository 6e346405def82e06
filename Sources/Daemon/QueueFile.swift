import EmbeddedQueue
import Settings

/// A TOML file of queues for the embedded queue: a table for each, with its attributes as the
/// service names them, and `dlq`, the dead-letter queue, as on the command line.
///
///     [orders]
///     VisibilityTimeout = 5
///     dlq = "orders-dead/3"
enum QueueFile {
    static func read(_ path: String) throws(EmbeddedQueueError) -> [QueueDefinition] {
        do {
            guard case .text(let text) = try FileReader.read(path).content else { return [] }
            return try definitions(Document(text))
        } catch let error as FileReader.ReadError {
            throw EmbeddedQueueError("\(path) \(error.problem)")
        } catch let error as Document.SyntaxError {
            let line = error.line.map { ":\($0)" } ?? ""
            throw EmbeddedQueueError("\(path)\(line): \(error.problem)")
        } catch {
            throw EmbeddedQueueError("\(path): \(error)")
        }
    }

    private static func definitions(_ document: Document) throws -> [QueueDefinition] {
        guard case .table(let queues) = document.root else { return [] }
        return try queues.map { queue in
            guard case .table(let members) = queue.node else {
                throw EmbeddedQueueError(
                    """
                    \(queue.name) is \(queue.node.kind): each queue is a table, such as [orders], \
                    and its attributes stand below it.
                    """)
            }
            var attributes: [String: String] = [:]
            for member in members { attributes[member.name] = try text(member, of: queue.name) }
            return try QueueDefinition(name: queue.name, attributes: attributes)
        }
    }

    private static func text(
        _ member: DocumentNode.Member, of queue: String
    ) throws -> String {
        switch member.node {
        case .text(let text): text
        case .integer(let number): String(number)
        case .boolean(let flag): String(flag)
        case .decimal, .list, .table, .other:
            throw EmbeddedQueueError(
                """
                \(queue): \(member.name) is \(member.node.kind): an attribute is a text, a whole \
                number, true or false; a policy is its JSON as a text.
                """)
        }
    }
}
