package import EventPatterns
package import MessageHandling

/// The intake of one queue: takes the envelopes off a message and decides which of the queue's
/// handlers get it, once for all of them.
package struct QueueIntake: MessageIntake {
    /// Which messages a handler wants.
    package struct Taker: Sendable {
        let match: EventPattern?
        let isFallback: Bool

        /// - Parameters:
        ///   - match: nil for every message.
        ///   - isFallback: only those that no other handler of the queue gets.
        package init(match: EventPattern?, isFallback: Bool = false) {
            self.match = match
            self.isFallback = isFallback
        }
    }

    /// What a message comes to.
    package struct Reading: Sendable {
        /// The message without its envelopes, or why it is not in their form. Where a payload is in
        /// S3 what comes after it is still in it.
        package let content: Result<Message, EnvelopeError>
        /// The places of the handlers that get the message.
        package let takers: [Int]
        fileprivate let payload: Payload?
    }

    private let envelopes: [Envelope]
    private let limit: Int
    private let payloads: PayloadStore?
    /// Nil where every handler wants every message.
    private let patterns: PatternSet?
    private let regular: [Int]
    private let fallback: [Int]

    /// - Parameters:
    ///   - takers: the queue's handlers.
    ///   - unwrap: the envelopes of its messages, the outermost first.
    ///   - unwrapLimit: what a compressed body or payload may grow to, in bytes.
    ///   - payloads: where payloads in S3 are read; nil where none is.
    package init(
        _ takers: [Taker], unwrap: [Envelope] = [], unwrapLimit: Int = Envelope.defaultLimit,
        payloads: PayloadStore? = nil
    ) {
        envelopes = unwrap
        limit = unwrapLimit
        self.payloads = payloads
        let isSelective = takers.contains { $0.match != nil }
        patterns = isSelective ? PatternSet(takers.map(\.match), for: .message) : nil
        regular = takers.indices.filter { !takers[$0].isFallback }
        fallback = takers.indices.filter { takers[$0].isFallback }
    }

    /// Whether every handler gets every message as it is: then there is nothing to work out.
    package var isPlain: Bool {
        envelopes.isEmpty && patterns == nil && (regular.isEmpty || fallback.isEmpty)
    }

    /// What the message comes to. One that is not in the form of its envelopes goes to every
    /// handler, each of which rejects it: no other receive would change it.
    package func read(_ message: Message) -> Reading {
        do throws(EnvelopeError) {
            let unwrapped = try message.unwrapped(envelopes, limit: limit)
            let wants = patterns?.matches(unwrapped.message)
            return Reading(
                content: .success(unwrapped.message), takers: takers { wants?[$0] ?? true },
                payload: unwrapped.payload)
        } catch {
            return Reading(content: .failure(error), takers: takers { _ in true }, payload: nil)
        }
    }

    /// The fallback handlers only where no other wants it.
    private func takers(_ wants: (Int) -> Bool) -> [Int] {
        let matched = regular.filter(wants)
        return matched.isEmpty ? fallback.filter(wants) : matched
    }

    package func arrival(of message: Message) -> Arrival {
        let reading = read(message)
        let takers = reading.takers
        switch reading.content {
        case .failure(let error):
            return Arrival(message, takers: takers, content: .unfit(error))
        case .success(let content):
            guard let payloads, let payload = reading.payload else {
                return Arrival(message, takers: takers, content: .message(content))
            }
            let fetch = payloads.fetch(of: content, with: payload, limit: limit)
            return Arrival(
                message, takers: takers, content: .elsewhere { await fetch.content() },
                disposal: payloads.disposal(of: payload.pointer, for: message))
        }
    }

    /// Looks for the credentials that payloads are read with. Whether S3 accepts them, and can be
    /// reached, only a payload shows.
    package func checkAvailability() async throws(HandlerUnavailable) {
        try await payloads?.checkCredentials()
    }
}

extension Arrival.Content {
    /// A body, or a payload, that is not in the form that the configuration says.
    static func unfit(_ error: EnvelopeError) -> Self {
        let reason = "the body \(error)"
        return .missing(error.isPassing ? .threw(reason) : .reject(reason: reason))
    }
}

// Patterns look at messages as they are.
extension Message: MatchableMessage {}
extension MessageAttribute: MatchableAttribute {}
