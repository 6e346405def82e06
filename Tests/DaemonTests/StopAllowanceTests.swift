import Daemon
import HandlerLibrary
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

    /// Else a program that is being killed counts as left behind.
    @Test func `a stop waits for a program until it is killed, and its output given up`() {
        let killed = ExecSettings().killGrace + ChildLimits.outputGrace
        #expect(Drain.cancelPatience >= killed + .milliseconds(500))
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
