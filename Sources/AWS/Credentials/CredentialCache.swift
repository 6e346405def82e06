package import FoundationEssentials
import HTTP
import Synchronization

/// Hands out credentials to every request, and asks their source as rarely as it can.
///
/// - Asking is a *flight*: there is one at a time, and all who need its result wait for it. A
/// waiter that
///   is cancelled leaves; the flight goes on for the others.
/// - Ahead of the expiry a flight is started and the old credentials are handed out meanwhile (see
///   ``RefreshState`` for when). Nobody waits while there are credentials that are valid.
/// - A flight that fails leaves the old credentials as they are, and is followed by a pause that
///   grows with the failures. Without valid credentials the error goes to those who waited for that
///   flight, and is then forgotten: who asks in the pause waits for the next flight.
/// - Credentials that a service rejected are dropped by ``invalidate(_:)``.
///
/// Reads no file and sends nothing while the credentials are fresh: then an answer costs one lock.
package final class CredentialCache: Sendable {
    /// A change that belongs in the log; one per change, not per attempt.
    package enum Event: Sendable, Equatable {
        /// Other credentials than before, the first included.
        case renewed(Credentials)
        /// The first failure after a success, or one of another kind. The old credentials, if any,
        /// are valid until then.
        case failing(CredentialError, validUntil: Date?)
    }

    private typealias Outcome = Result<Credentials, CredentialError>

    private struct Shared {
        var state = RefreshState()
        var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]
        var nextWaiter = 0
    }

    private let provider: any CredentialProvider
    private let now: @Sendable () -> Date
    private let clock: any Clock<Duration>
    private let random: @Sendable () -> Double
    private let report: @Sendable (Event) -> Void
    private let shared = Mutex(Shared())

    /// A source that does not answer is asked this often in a row before a flight counts as failed,
    /// so that one lost packet does not fail a start.
    static let attempts = 3

    package init(
        provider: any CredentialProvider, now: @escaping @Sendable () -> Date = { Date() },
        clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        report: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.provider = provider
        self.now = now
        self.clock = clock
        self.random = random
        self.report = report
    }

    /// Valid credentials: at once when there are some, else after asking for them.
    ///
    /// Without valid ones this may wait for the pause after a failure (a minute at most) and the
    /// source's own timeouts. Cancelling the task ends the wait with
    /// ``CredentialError/Kind/cancelled``.
    package func credentials() async throws(CredentialError) -> Credentials {
        if let fresh = shared.withLock({ $0.state.fresh(at: now()) }) { return fresh }
        let id = shared.withLock { shared in
            shared.nextWaiter += 1
            return shared.nextWaiter
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { wait($0, id) }
        } onCancel: {
            abandon(id)
        }
        return try outcome.get()
    }

    /// Drops these credentials, because a service said that they have expired or are not known.
    /// Nothing happens when others have taken their place since.
    package func invalidate(_ rejected: Credentials) {
        shared.withLock { $0.state.invalidate(rejected) }
    }

    /// How many wait for a flight: the probe of tests and health checks.
    package var waiterCount: Int {
        shared.withLock { $0.waiters.count }
    }

    private func wait(_ continuation: CheckedContinuation<Outcome, Never>, _ id: Int) {
        let (answer, flies): (Outcome?, Bool) = shared.withLock { shared in
            // `abandon` either came before, and then this is true, or finds the waiter.
            guard !Task.isCancelled else { return (.failure(.waitCancelled), false) }
            let demand = shared.state.demand(at: now())
            switch demand {
            case .use(let credentials): return (.success(credentials), false)
            case .useAndFly(let credentials): return (.success(credentials), true)
            case .flyAndWait, .wait:
                shared.waiters[id] = continuation
                return (nil, demand == .flyAndWait)
            }
        }
        // Nobody's task: it must outlive the one that happens to ask first.
        if flies { Task { await fly() } }
        if let answer { continuation.resume(returning: answer) }
    }

    private func abandon(_ id: Int) {
        let waiter = shared.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.resume(returning: .failure(.waitCancelled))
    }

    /// Asks until it succeeds or nobody waits any more, with a pause after every failure.
    private func fly() async {
        while let pause = land(await ask()) {
            try? await clock.sleep(for: pause)
            let fliesAgain = shared.withLock { shared in
                shared.state.endPause(someoneWaits: !shared.waiters.isEmpty)
            }
            guard fliesAgain else { return }
        }
    }

    private func ask() async -> Outcome {
        var attempt = 1
        while true {
            do throws(CredentialError) {
                switch try await provider.lookUp() {
                case .found(let credentials): return .success(credentials)
                case .absent(let reason):
                    return .failure(CredentialError(.missing, "no AWS credentials: \(reason)"))
                }
            } catch {
                guard error.kind == .unavailable, attempt < Self.attempts else {
                    return .failure(error)
                }
            }
            let pause = Backoff.transient.delay(afterFailures: attempt, fraction: random())
            try? await clock.sleep(for: pause)
            attempt += 1
        }
    }

    /// Returns the pause to make, `nil` when the flight is over.
    private func land(_ outcome: Outcome) -> Duration? {
        let (landing, failures, waiters) = shared.withLock { shared in
            let landing = shared.state.land(outcome, at: now())
            let waiters = shared.waiters.values.map(\.self)
            shared.waiters = [:]
            return (landing, shared.state.failures, waiters)
        }
        if let event = landing.event { report(event) }
        for waiter in waiters { waiter.resume(returning: landing.answer) }
        guard landing.pauses else { return nil }
        return Backoff.credentials.delay(afterFailures: failures, fraction: random())
    }
}

extension CredentialError {
    fileprivate static let waitCancelled = CredentialError(
        .cancelled, "the wait for credentials was cancelled")
}
