import Calendar
package import FoundationEssentials

/// Decides when credentials are asked for, and what becomes of the answer. A value without clock,
/// task or lock; ``CredentialCache`` carries out what it says.
package struct RefreshState {
    package enum Demand: Equatable {
        case use(Credentials)
        /// The caller starts a flight, and waits for nothing.
        case useAndFly(Credentials)
        /// The caller starts a flight and waits for it.
        case flyAndWait
        case wait
    }

    package struct Landing {
        /// What those are told who waited.
        package let answer: Result<Credentials, CredentialError>
        package let event: CredentialCache.Event?
        /// Whether the next flight must be paced, by the failures so far.
        package let pauses: Bool
    }

    private enum Phase {
        case idle
        case flying
        /// The look-up failed, and the pause after it is not over.
        case pausing
    }

    private struct Held {
        let credentials: Credentials
        let refreshAt: Date?
    }

    /// How long before the expiry new ones are asked for: as botocore. Instances and containers get
    /// new ones some minutes before the old expire; the rest of the time is for attempts that fail.
    static let longestLead: TimeInterval = 15 * 60
    /// The last quarter of the life of short-lived credentials, so that they are not asked for all
    /// the time.
    static let leadShare = 0.25
    /// A request takes time to arrive: what expires sooner than this is no longer used.
    static let margin: TimeInterval = 5

    private var phase = Phase.idle
    private var held: Held?
    /// The ones that were good last, used up or not.
    private var last: Credentials?
    private var rejected: Credentials?
    /// The kind of failure that was reported last; nil after a success.
    private var reportedFailure: CredentialError.Kind?
    /// Flights in a row that brought nothing new.
    package private(set) var failures = 0

    package init() {}

    /// Credentials to be used with nothing else to do.
    package func fresh(at now: Date) -> Credentials? {
        guard let held, isUsable(held.credentials, at: now) else { return nil }
        let isDue = held.refreshAt.map { now >= $0 } ?? false
        return isDue && phase == .idle ? nil : held.credentials
    }

    package mutating func demand(at now: Date) -> Demand {
        if let credentials = fresh(at: now) { return .use(credentials) }
        guard phase == .idle else { return .wait }
        phase = .flying
        guard let held, isUsable(held.credentials, at: now) else { return .flyAndWait }
        return .useAndFly(held.credentials)
    }

    package mutating func land(
        _ outcome: Result<Credentials, CredentialError>, at now: Date
    ) -> Landing {
        switch outcome {
        case .failure(let error):
            return fail(last.map { error.following($0, at: now) } ?? error)
        case .success(let credentials):
            guard isUsable(credentials, at: now) else {
                let time = credentials.expiration.map { CivilTime($0).iso8601 } ?? ""
                return fail(
                    CredentialError(
                        .unavailable,
                        "\(credentials.source) gave credentials that have expired (\(time)). "
                            + "Check this machine's clock."))
            }
            return accept(credentials, at: now)
        }
    }

    /// Whether the next flight starts now, for those who waited through the pause.
    package mutating func endPause(someoneWaits: Bool) -> Bool {
        phase = someoneWaits ? .flying : .idle
        return someoneWaits
    }

    package mutating func invalidate(_ credentials: Credentials) {
        guard let held, held.credentials.signsLike(credentials) else { return }
        rejected = credentials
        self.held = nil
    }

    private mutating func accept(_ credentials: Credentials, at now: Date) -> Landing {
        last = credentials
        let isNew = held.map { !$0.credentials.signsLike(credentials) } ?? true
        held = Held(
            credentials: credentials,
            refreshAt: credentials.expiration.map { expiration in
                let lead = expiration.timeIntervalSince(now) * Self.leadShare
                return expiration.addingTimeInterval(-min(lead, Self.longestLead))
            })
        // The source still has what a service rejected: it must not be asked again and again.
        if let rejected, rejected.signsLike(credentials) {
            failures += 1
            phase = .pausing
            return Landing(answer: .success(credentials), event: nil, pauses: true)
        }
        let event =
            isNew || reportedFailure != nil ? CredentialCache.Event.renewed(credentials) : nil
        rejected = nil
        reportedFailure = nil
        failures = 0
        phase = .idle
        return Landing(answer: .success(credentials), event: event, pauses: false)
    }

    private mutating func fail(_ error: CredentialError) -> Landing {
        let event = CredentialCache.Event.failing(error, validUntil: held?.credentials.expiration)
        defer { reportedFailure = error.kind }
        failures += 1
        phase = .pausing
        return Landing(
            answer: .failure(error), event: reportedFailure == error.kind ? nil : event,
            pauses: true)
    }

    private func isUsable(_ credentials: Credentials, at now: Date) -> Bool {
        guard let expiration = credentials.expiration else { return true }
        return expiration.timeIntervalSince(now) > Self.margin
    }
}
