/// How many lines of one kind may still be logged this second, and how many were left out.
///
/// A value: `now` is any monotonic time. Source of the need: journald drops lines of a busy service
/// blindly (RateLimitBurst= in journald.conf(5)), warnings included; this leaves out only samples.
struct LineBudget: Sendable {
    /// Lines a second; 0 for no limit.
    let perSecond: Int

    private var second: Duration = .zero
    private var usedInSecond = 0
    private var logged = 0
    private var leftOut = 0
    /// When a line was last left out.
    private(set) var lastLeftOut: Duration?

    init(perSecond: Int) {
        self.perSecond = perSecond
    }

    /// Whether a line may be logged now.
    mutating func admit(at now: Duration) -> Bool {
        if now - second >= .seconds(1) || now < second {
            second = now
            usedInSecond = 0
        }
        guard perSecond == 0 || usedInSecond < perSecond else {
            leftOut += 1
            lastLeftOut = now
            return false
        }
        usedInSecond += 1
        logged += 1
        return true
    }

    struct Summary: Equatable {
        let logged: Int
        let leftOut: Int
    }

    /// Whether anything was logged or left out since the last summary.
    var isUsed: Bool { logged + leftOut > 0 }

    /// What was logged and left out since the last call; nil when nothing was left out.
    mutating func takeSummary() -> Summary? {
        defer {
            logged = 0
            leftOut = 0
        }
        return leftOut > 0 ? Summary(logged: logged, leftOut: leftOut) : nil
    }
}
