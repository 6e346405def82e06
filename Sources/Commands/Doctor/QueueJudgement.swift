import AWS
import Calendar
package import Daemon
import MessageHandling
import SQS
import SubscriberConfiguration
package import SubscriberEngine

/// The judgement of one queue: that it is there, what may be done with it, and which of its
/// attributes will hurt.
package struct QueueJudgement {
    /// What a handler of the queue is known by.
    package struct HandlerFacts: Sendable {
        package let name: String
        /// The time that its file gives it; nil where its file names none.
        package let timeout: Duration?
        /// What it usually takes, as a running daemon has seen; nil where that is not known.
        package let usual: Duration?
        package let retry: RetryPolicy
        package let messagesPerSecond: Double?
        /// Whether it can fail by a message, as all but `[journal]` can.
        package let mayFail: Bool

        package init(
            name: String, timeout: Duration? = nil, usual: Duration? = nil,
            retry: RetryPolicy = .visibilityTimeout,
            messagesPerSecond: Double? = nil, mayFail: Bool = true
        ) {
            self.name = name
            self.timeout = timeout
            self.usual = usual
            self.retry = retry
            self.messagesPerSecond = messagesPerSecond
            self.mayFail = mayFail
        }
    }

    /// Fewer receives leave no room for a passing trouble: a crash costs one as well.
    private static let fewReceives = 3
    /// A FIFO queue looks for free groups in so many messages only (SQS Developer Guide, "Avoiding
    /// a large message backlog with the same message group ID").
    private static let groupHorizon = 120_000

    private let facts: QueueFindings
    private let handlers: [HandlerFacts]

    package init(_ facts: QueueFindings, handlers: [HandlerFacts]) {
        self.facts = facts
        self.handlers = handlers
    }

    private var name: String { facts.settings.queue.name }
    private var subject: String { "queue \(name)" }
    private var mayFail: Bool { handlers.contains(where: \.mayFail) }

    package var diagnoses: [Diagnosis] {
        switch facts.queue {
        case .failure(let error): return [.failure(subject, error.description)]
        case .success(let queue):
            var found = [Diagnosis.ok(subject, queue.url)]
            found += facts.permissions.map { judge($0, on: name, of: subject) }
            switch facts.attributes {
            case .failure(let error): found.append(unreadable(error))
            case .success(let attributes): found += judge(attributes)
            }
            found += facts.deadLetterQueues.flatMap(judge)
            return found
        }
    }

    private func unreadable(_ error: SQSError) -> Diagnosis {
        let check = "\(subject): attributes"
        // Without them `run` does not know how long a lease is.
        return facts.settings.visibilityTimeout == nil
            ? .failure(
                check, error.description,
                remedy: "or set visibility_timeout in [queues.\(name)]")
            : .unknown(check, error.description)
    }

    // MARK: Permissions

    private func judge(
        _ permission: QueuePermission, on queue: String, of subject: String
    ) -> Diagnosis {
        let action = "sqs:\(permission.operation.rawValue)"
        let check = "\(subject): \(action)"
        switch permission.answer {
        case .allowed: return .ok(check, "allowed")
        case .denied(let text): return .failure(check, text)
        case .unknown(let text): return .unknown(check, "the service said neither: \(text)")
        case .received(let count):
            return .warning(
                check,
                "this server took an invalid receive and gave out \(count.counted("message")), "
                    + "whose receive count rose",
                remedy: "do not run doctor against it while messages wait")
        }
    }
}

// MARK: Attributes

extension QueueJudgement {
    private func judge(_ attributes: [String: String]) -> [Diagnosis] {
        let read = ReadAttributes(attributes)
        var found = [Diagnosis.ok("\(subject): attributes", read.text)]
        if let key = attributes["KmsMasterKeyId"], !key.isEmpty {
            found.append(
                .unknown(
                    "\(subject): encryption",
                    "whether the KMS key \(key) may be used, only a message shows"))
        }
        found += [
            visibilityTimeout(read), redrive(attributes), longestDelay(read), backlog(read),
        ].compactMap(\.self)
        return found
    }

    private func visibilityTimeout(_ read: ReadAttributes) -> Diagnosis? {
        guard let timeout = facts.settings.visibilityTimeout ?? read.visibilityTimeout else {
            return nil
        }
        let times = handlers.flatMap { handler in
            [
                handler.usual.map { (handler.name, $0, "usually takes") },
                handler.timeout.map { (handler.name, $0, "may take") },
            ].compactMap(\.self)
        }
        let slow = times.filter { $0.1 > timeout }.max { $0.1 < $1.1 }
        guard let (handler, needed, takes) = slow else { return nil }
        return .warning(
            "\(subject): visibility timeout",
            "\(timeout.readable) is less than the \(needed.readable) that \(handler) \(takes): it "
                + "is renewed meanwhile, but a crash or an outage of so long gives the message to "
                + "another host while \(handler) still works on it",
            remedy: "set visibility_timeout in [queues.\(name)], or the queue's, to "
                + "\(needed.readable) or more")
    }

    private func redrive(_ attributes: [String: String]) -> Diagnosis? {
        let check = "\(subject): dead-letter queue"
        guard let policy = QueueRedrivePolicy(attributes) else {
            guard facts.settings.deadLetterQueue == nil, mayFail else { return nil }
            return .warning(
                check,
                "none: a message that always fails comes back until its retention is over, and is "
                    + "lost then",
                remedy: "give the queue a redrive policy, and set dead_letter_queue in "
                    + "[queues.\(name)] for what handlers reject")
        }
        guard let maximum = policy.maximumReceives, maximum < Self.fewReceives, mayFail else {
            return nil
        }
        return .warning(
            check,
            "maxReceiveCount is \(maximum): a message goes there after "
                + "\(maximum.counted("receive")), and a crash or a restart costs one as well",
            remedy: "set it to \(Self.fewReceives) or more")
    }

    private func longestDelay(_ read: ReadAttributes) -> Diagnosis? {
        guard let retention = read.retention else { return nil }
        let delays = handlers.compactMap { handler in
            handler.retry.longestDelay.map { (handler.name, $0) }
        }
        guard let (handler, delay) = delays.max(by: { $0.1 < $1.1 }), delay >= retention else {
            return nil
        }
        return .warning(
            "\(subject): retention",
            "\(retention.readable), and \(handler) has failed messages wait for \(delay.readable): "
                + "they are lost before they are tried again",
            remedy: "make the queue's MessageRetentionPeriod longer, or the delays in [retry] "
                + "shorter")
    }

    private func backlog(_ read: ReadAttributes) -> Diagnosis? {
        guard facts.settings.queue.isFIFO, let waiting = read.waiting else { return nil }
        let check = "\(subject): backlog"
        if waiting > Self.groupHorizon {
            return .warning(
                check,
                "\(waiting) messages wait, and SQS looks for free groups in the first "
                    + "\(Self.groupHorizon) only: groups behind them wait for those",
                remedy: "raise concurrency, or spread the messages over more groups")
        }
        guard let rate = handlers.compactMap(\.messagesPerSecond).min(),
            let retention = read.retention
        else { return nil }
        let needed = Duration.seconds(Double(waiting) / rate)
        guard needed > retention else { return nil }
        return .warning(
            check,
            "\(waiting) messages at \(rate) per second take \(needed.readable), longer than the "
                + "queue keeps them (\(retention.readable))",
            remedy: "raise messages_per_second in [limits]")
    }

    // MARK: Dead-letter queues

    private func judge(_ deadLetters: DeadLetterFindings) -> [Diagnosis] {
        let subject = "\(subject): dead-letter queue \(deadLetters.name)"
        switch deadLetters.attributes {
        case .failure(let error):
            // The daemon has to find its own; that of a redrive policy is SQS's matter.
            let isLost = error.kind == .missing || deadLetters.isConfigured && error.kind != .denied
            var found = [
                isLost
                    ? Diagnosis.failure(subject, error.description)
                    : Diagnosis.unknown(subject, error.description)
            ]
            found += permission(to: deadLetters, subject)
            return found
        case .success(let attributes):
            return [retention(of: deadLetters, attributes, subject)]
                + permission(to: deadLetters, subject)
        }
    }

    private func permission(to deadLetters: DeadLetterFindings, _ subject: String) -> [Diagnosis] {
        deadLetters.permission.map { [judge($0, on: deadLetters.name, of: subject)] } ?? []
    }

    /// A message that the redrive policy moves keeps its age in a standard queue; one that the
    /// daemon sends is new.
    private func retention(
        of deadLetters: DeadLetterFindings, _ attributes: [String: String], _ subject: String
    ) -> Diagnosis {
        let own = (try? facts.attributes.get()).flatMap { ReadAttributes($0).retention }
        guard let theirs = ReadAttributes(attributes).retention, let own,
            !facts.settings.queue.isFIFO, !deadLetters.isConfigured, theirs < own
        else { return .ok(subject, ReadAttributes(attributes).text) }
        return .warning(
            subject,
            "it keeps messages for \(theirs.readable) from when they were first sent, and the "
                + "queue for \(own.readable): old ones are deleted as they arrive",
            remedy: "make its MessageRetentionPeriod longer than the queue's")
    }
}

/// The attributes that are judged, in their own units.
private struct ReadAttributes {
    let visibilityTimeout: Duration?
    let retention: Duration?
    /// Messages that are visible.
    let waiting: Int?
    private let inFlight: Int?
    private let policy: QueueRedrivePolicy?

    init(_ attributes: [String: String]) {
        func number(_ name: String) -> Int? { attributes[name].flatMap { Int($0) } }
        visibilityTimeout = number("VisibilityTimeout").map { .seconds($0) }
        retention = number("MessageRetentionPeriod").map { .seconds($0) }
        waiting = number("ApproximateNumberOfMessages")
        inFlight = number("ApproximateNumberOfMessagesNotVisible")
        policy = QueueRedrivePolicy(attributes)
    }

    var text: String {
        let parts = [
            waiting.map { "\($0) waiting" }, inFlight.map { "\($0) in flight" },
            visibilityTimeout.map { "visibility timeout \($0.readable)" },
            retention.map { "kept for \($0.readable)" },
            policy.map { policy in
                let target = policy.targetARN.split(separator: ":").last ?? ""
                return "to \(target) after \(policy.maximumReceives ?? 0) receives"
            },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
