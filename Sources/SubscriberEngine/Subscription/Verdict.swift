/// What the handlers that are over with a message want of it, when at least one wants it back.
struct Verdict {
    /// One wants it when its visibility timeout ends.
    private(set) var lapses = false
    /// The longest delay that was asked for.
    private(set) var delay: Duration?
    /// One has not worked on it, and is to.
    private var isOwed = false

    var comesBack: Bool { isOwed || lapses || delay != nil }

    init(of lease: Lease) {
        for run in lease.runs {
            guard case .over(let consequence) = run.state else { continue }
            switch consequence {
            case .done, .reject: break
            case .giveBack: isOwed = true
            case .retry(nil): lapses = true
            case .retry(let wanted?): delay = max(delay ?? .zero, wanted)
            }
        }
    }
}
