import Daemon
import SubscriberEngine
import Testing

/// A handler within its grace time is not to be killed by `TimeoutStopSec=`.
@Suite struct StopAllowanceTests {
    static func at(_ seconds: Int64) -> Instant { .start + .seconds(seconds) }

    @Test func `as long as a stop may take, the service manager is asked for more time`() {
        let allowance = StopAllowance(graceUntil: Self.at(600))
        for second in [0, 80, 300, 599, 609] as [Int64] {
            #expect(allowance.toAsk(at: Self.at(second)) == StopAllowance.request)
        }
    }

    @Test func `for a stop that is stuck it is not`() {
        let allowance = StopAllowance(graceUntil: Self.at(60))
        let end = Self.at(60) + Drain.longestEnd
        #expect(allowance.toAsk(at: end) != nil)
        #expect(allowance.toAsk(at: end + .seconds(5)) == nil)
    }

    @Test func `a second stop ends the patience, and never prolongs it`() {
        var allowance = StopAllowance(graceUntil: Self.at(600))
        allowance.hurry(at: Self.at(100))
        #expect(allowance.toAsk(at: Self.at(105)) != nil)
        #expect(allowance.toAsk(at: Self.at(120)) == nil)
        allowance.hurry(at: Self.at(300))
        #expect(allowance.toAsk(at: Self.at(300)) == nil)
    }
}
