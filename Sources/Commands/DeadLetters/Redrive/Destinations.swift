import AWS
import Daemon
import MessageHandling
import SQS

/// Where each dead letter goes.
struct Destinations {
    enum Target {
        case queue(Queue)
        /// The words that follow "since".
        case none(String)
    }

    private let connection: QueueConnection
    private let source: Queue
    private let fixed: Queue?
    private var known: [String: Target] = [:]
    private var fallback: Target?

    /// - Parameters:
    ///   - source: the dead-letter queue.
    ///   - fixed: where all go; nil to send each back to where it came from.
    init(from source: Queue, to fixed: Queue?, over connection: QueueConnection) {
        self.connection = connection
        self.source = source
        self.fixed = fixed
    }

    mutating func target(of message: Message) async throws -> Target {
        if let fixed { return .queue(fixed) }
        guard let origin = DeadLetterOrigin(message).queue else { return try await onlyFeeder() }
        if let target = known[origin] { return target }
        let target = try await locate(origin)
        known[origin] = target
        return target
    }

    private func locate(_ text: String) async throws -> Target {
        guard let reference = try? QueueReference(text) else {
            return .none("“\(text)”, where they are from, names no queue")
        }
        do {
            let queue = try await connection.locate(reference)
            return queue.url == source.url
                ? .none("they are said to be from this very queue") : .queue(queue)
        } catch {
            guard error.kind == .missing else { throw error }
            return .none("\(reference.name), where they are from, does not exist")
        }
    }

    /// The one queue whose redrive policy names this one: some servers do not note where a message
    /// is from.
    private mutating func onlyFeeder() async throws -> Target {
        if let fallback { return fallback }
        let feeders = try await DeadLetterSources.find(of: source, over: connection)
        let target: Target =
            switch feeders.count {
            case 1: .queue(feeders[0])
            case 0: .none("nothing tells where they are from")
            default:
                .none(
                    "nothing tells which they are from of "
                        + feeders.map(\.name).sorted().joined(separator: ", "))
            }
        fallback = target
        return target
    }
}
