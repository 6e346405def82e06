package import AWS
package import MessageHandling
package import SQS
package import SubscriberEngine
import Synchronization

/// Sees to it that a queue, however it is named, is served once at a time: of two runners each
/// would get a part of its messages, hand them to its own handlers alone and know nothing of what
/// the other has finished or has in hand.
package final class QueueClaims: Sendable {
    package enum Answer: Sendable, Equatable {
        /// The queue is the asker's now. What an earlier owner had finished of messages that may
        /// come back, the oldest first.
        case granted([Completion])
        /// The text that the owner names it by.
        case taken(by: String)
    }

    private struct Claim {
        var name: String
        let owner: ObjectIdentifier
    }

    private struct State {
        var claims: [QueueIdentity: Claim] = [:]
        /// What is to be known to who serves the queue next.
        var left: [QueueIdentity: [Completion]] = [:]
    }

    private let endpoint: SQSEndpoint
    private let state = Mutex(State())

    /// - Parameter endpoint: where the daemon's requests go.
    package init(endpoint: SQSEndpoint) {
        self.endpoint = endpoint
    }

    /// Asks for a queue, until it is released. The owner may ask again, under another name.
    ///
    /// - Parameter name: how the configuration names it.
    package func claim(_ queue: Queue, as name: String, for owner: ObjectIdentifier) -> Answer {
        let identity = QueueIdentity(url: queue.url, endpoint: endpoint)
        return state.withLock { state in
            if let claim = state.claims[identity], claim.owner != owner {
                return .taken(by: claim.name)
            }
            state.claims[identity] = Claim(name: name, owner: owner)
            return .granted(state.left.removeValue(forKey: identity) ?? [])
        }
    }

    /// The owner has nothing of the queue in hand any more.
    ///
    /// - Parameter completions: for who serves the queue next, whenever that is.
    package func release(_ owner: ObjectIdentifier, completions: [Completion]) {
        state.withLock { state in
            for (identity, claim) in state.claims where claim.owner == owner {
                state.claims[identity] = nil
                if !completions.isEmpty { state.left[identity] = completions }
            }
        }
    }

    /// Whether a reference means this queue beyond doubt, with nothing asked. A bare name may be
    /// that of another account's queue.
    package func isCertain(_ reference: QueueReference, toBe queue: Queue) -> Bool {
        let identity = QueueIdentity(url: queue.url, endpoint: endpoint)
        if let url = reference.url {
            return identity == QueueIdentity(url: url, endpoint: endpoint)
        }
        // Servers that are not AWS's give any queue of a name the same ARN.
        guard let arn = reference.arn, arn == queue.arn else { return false }
        if case .configured = endpoint { return true }
        return (try? QueueReference(queue.url))?.region == reference.region
    }
}
