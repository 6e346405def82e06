import AWS
import Daemon
import MessageHandling
import SQS
import SubscriberConfiguration

/// Where each dead letter goes.
///
/// Whoever can send to a queue can write the attribute that says where a rejected message is from.
/// It chooses among the queues whose dead letters these are, and nothing else: no other queue, and
/// no host, which would be given the bodies and be spoken to with the caller's credentials.
struct Destinations {
    enum Target {
        case queue(Queue)
        /// The words that follow "since".
        case none(String)
    }

    private let connection: QueueConnection
    private let source: Queue
    private let fixed: Queue?
    private let configured: [SubscriptionSettings]
    private var known: [String: Target] = [:]
    /// Why nothing more goes to a queue, by its URL.
    private var closed: [String: String] = [:]
    private var feeders: [Queue]?
    private var rejecters: [Queue]?

    /// - Parameters:
    ///   - source: the dead-letter queue.
    ///   - fixed: where all go; nil to send each back to where it came from.
    ///   - configured: those of the daemon's configuration.
    init(
        from source: Queue, to fixed: Queue?, configured: [SubscriptionSettings],
        over connection: QueueConnection
    ) {
        self.connection = connection
        self.source = source
        self.fixed = fixed
        self.configured = configured
    }

    mutating func target(of message: Message) async throws -> Target {
        let found = try await find(of: message)
        guard case .queue(let queue) = found, let reason = closed[queue.url] else { return found }
        return .none(reason)
    }

    /// Why nothing more goes to a queue; nil where it does.
    func whyClosed(_ queue: Queue) -> String? { closed[queue.url] }

    /// Nothing more is to go to a queue that takes nothing from this caller: the others' letters
    /// can still be moved.
    /// - Throws: the trouble, where it is the others', too, or passes, or there are no others.
    mutating func close(_ queue: Queue, because trouble: SQSError) throws(SQSError) {
        switch trouble.kind {
        case .denied, .missing, .malformed, .leaseLost:
            guard fixed == nil else { throw trouble }
            closed[queue.url] = "\(queue.name) takes none of them: \(trouble.description)"
        case .throttled, .transient, .overLimit, .credentials, .clockSkew, .cancelled:
            throw trouble
        }
    }

    private mutating func find(of message: Message) async throws -> Target {
        if let fixed { return .queue(fixed) }
        let origin = DeadLetterOrigin(message)
        guard let queue = origin.queue else { return try await onlyFeeder() }
        guard origin.isCertain else { return try await claimed(queue) }
        if let target = known[queue] { return target }
        let target = try await locate(queue)
        known[queue] = target
        return target
    }

    /// - Parameter arn: as the service says it.
    private func locate(_ arn: String) async throws -> Target {
        guard let reference = try? QueueReference(arn) else {
            return .none("what the service says of where they are from names no queue")
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

    /// Where a message says that it is from, as its attribute writes it.
    private mutating func claimed(_ text: String) async throws -> Target {
        let refused = Target.none(
            "they say that they are from a queue that has this one neither in its redrive policy "
                + "nor as dead_letter_queue in the configuration")
        guard let claimed = try? QueueReference(text), claimed.url == nil else { return refused }
        func isMeant(_ queue: Queue) -> Bool {
            (try? QueueReference(queue.url))?.mayBe(claimed, region: nil) ?? false
        }
        if let queue = try await findRejecters().first(where: isMeant) { return .queue(queue) }
        if let queue = try await findFeeders().first(where: isMeant) { return .queue(queue) }
        return refused
    }

    /// The queues whose redrive policies name this one.
    private mutating func findFeeders() async throws -> [Queue] {
        if let feeders { return feeders }
        let found = try await DeadLetterSources.find(of: source, over: connection)
        feeders = found
        return found
    }

    /// The queues whose rejected messages the daemon sends here.
    private mutating func findRejecters() async throws -> [Queue] {
        if let rejecters { return rejecters }
        let own = try? QueueReference(source.url)
        var found: [Queue] = []
        for subscription in configured {
            guard let own, let target = subscription.deadLetterQueue,
                own.mayBe(target, region: nil)
            else { continue }
            do throws(SQSError) {
                found.append(try await connection.locate(subscription.queue))
            } catch {
                guard error.kind == .missing else { throw error }
            }
        }
        rejecters = found
        return found
    }

    /// The one queue whose redrive policy names this one: some servers do not note where a message
    /// is from.
    private mutating func onlyFeeder() async throws -> Target {
        let feeders = try await findFeeders()
        return switch feeders.count {
        case 1: .queue(feeders[0])
        case 0: .none("nothing tells where they are from")
        default:
            .none(
                "nothing tells which they are from of "
                    + feeders.map(\.name).sorted().joined(separator: ", "))
        }
    }
}
