import SQS
import SubscriberEngine

/// A queue as SQS keeps it, in virtual time: visibility, receipt handles, groups, attempt ids, the
/// 12 hours.
struct VirtualQueue {
    struct Stored {
        let id: String
        let group: String?
        let sequence: Int
        var visibleAt: Instant
        var receipt = 0
        var receives = 0
        var receivedAt = Instant.start

        var handle: String { "\(id)#\(receipt)" }
        func isInFlight(at now: Instant) -> Bool { receives > 0 && visibleAt > now }
    }

    private struct Attempt {
        let handles: [String]
        let at: Instant
    }

    static let ceiling = Duration.seconds(12 * 3600)

    let isFIFO: Bool
    private(set) var messages: [Stored] = []
    private var attempts: [String: Attempt] = [:]
    private var published = 0

    init(isFIFO: Bool) {
        self.isFIFO = isFIFO
    }

    mutating func publish(_ id: String, group: String?, at now: Instant) {
        published += 1
        messages.append(Stored(id: id, group: group, sequence: published, visibleAt: now))
    }

    func nextVisible(after now: Instant) -> Instant? {
        messages.map(\.visibleAt).filter { $0 > now }.min()
    }

    mutating func receive(_ receive: Receive, at now: Instant) -> [Stored] {
        if let id = receive.attemptID, let again = repeated(id, receive.visibilityTimeout, now) {
            return again
        }
        let locked = Set(
            messages.filter { isFIFO && $0.isInFlight(at: now) }.map { $0.group ?? "" })
        var taken: [Stored] = []
        for index in messages.indices where messages[index].visibleAt <= now {
            guard taken.count < receive.maximumMessages else { break }
            guard !isFIFO || !locked.contains(messages[index].group ?? "") else { continue }
            taken.append(hide(index, receive.visibilityTimeout, now))
        }
        if let id = receive.attemptID, !taken.isEmpty {
            attempts[id] = Attempt(handles: taken.map(\.handle), at: now)
        }
        return taken
    }

    /// A second delivery of a message in flight, as a standard queue may make it.
    mutating func duplicate(_ index: Int, _ receive: Receive, at now: Instant) -> Stored {
        hide(index, receive.visibilityTimeout, now)
    }

    private mutating func hide(_ index: Int, _ timeout: Duration, _ now: Instant) -> Stored {
        messages[index].receipt += 1
        messages[index].receives += 1
        messages[index].receivedAt = now
        messages[index].visibleAt = now + timeout
        return messages[index]
    }

    private mutating func repeated(
        _ id: String, _ timeout: Duration, _ now: Instant
    ) -> [Stored]? {
        guard let attempt = attempts[id], now - attempt.at < .seconds(300) else { return nil }
        let indices = attempt.handles.compactMap { handle in
            messages.firstIndex { $0.handle == handle && $0.isInFlight(at: now) }
        }
        guard indices.count == attempt.handles.count else { return nil }
        for index in indices { messages[index].visibleAt = now + timeout }
        return indices.map { messages[$0] }
    }

    mutating func delete(_ handle: String, at now: Instant) -> SQSError? {
        guard let index = messages.firstIndex(where: { $0.handle == handle }) else {
            return isFIFO ? .lost : nil
        }
        if isFIFO, !messages[index].isInFlight(at: now) { return .lost }
        messages.remove(at: index)
        return nil
    }

    mutating func change(_ handle: String, to timeout: Duration, at now: Instant) -> SQSError? {
        guard let index = messages.firstIndex(where: { $0.handle == handle }),
            messages[index].isInFlight(at: now)
        else { return .lost }
        guard now + timeout <= messages[index].receivedAt + Self.ceiling else {
            return SQSError(.malformed, code: "InvalidParameterValue", "over 12 hours")
        }
        messages[index].visibleAt = now + timeout
        return nil
    }
}

extension SQSError {
    static let lost = SQSError(.leaseLost, code: "ReceiptHandleIsInvalid", "void handle")
    static let cut = SQSError(.transient, code: "ConnectionReset", "the connection was cut")
    static let busy = SQSError(.throttled, code: "RequestThrottled", "too many requests")
    static let denied = SQSError(.denied, code: "AccessDenied", "not allowed")
}
