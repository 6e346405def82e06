import Control
import Daemon
import MessageHandling
import SubscriberEngine
import TestKit
import Testing

@Suite struct FiguresTests {
    private static let start = Instant(sinceStart: .seconds(10_000))

    // MARK: Durations

    @Test func `the median and the like are off by an eighth at most`() throws {
        var durations = RecentDurations()
        for milliseconds in 1...1_000 {
            durations.note(.milliseconds(milliseconds), at: Self.start)
        }
        for (part, exact) in [(0.5, 500.0), (0.99, 990), (1, 1_000), (0.001, 1)] {
            let found = try #require(durations.quantile(part, at: Self.start))
            let milliseconds =
                Double(found.components.attoseconds) / 1e15
                + Double(found.components.seconds) * 1_000
            #expect(abs(milliseconds / exact - 1) <= 0.126, "\(part)")
        }
    }

    @Test func `durations of any length are counted`() {
        for duration in [Duration.zero, .nanoseconds(1), .seconds(43_200), .seconds(1 << 40)] {
            var durations = RecentDurations()
            durations.note(duration, at: Self.start)
            #expect(durations.quantile(0.5, at: Self.start) != nil)
        }
    }

    @Test func `what is older than a quarter of an hour does not count`() {
        var durations = RecentDurations()
        #expect(durations.quantile(0.5, at: Self.start) == nil)
        durations.note(.seconds(100), at: Self.start)
        #expect(durations.quantile(0.5, at: Self.start + .seconds(15 * 60)) != nil)
        #expect(durations.quantile(0.5, at: Self.start + .seconds(17 * 60)) == nil)
        durations.note(.milliseconds(1), at: Self.start + .seconds(17 * 60))
        let later = durations.quantile(1, at: Self.start + .seconds(17 * 60))
        #expect(later.map { $0 < .seconds(1) } == true)
    }

    // MARK: Rates

    @Test func `rates are of a minute and of a quarter of an hour`() throws {
        var meter = RateMeter()
        #expect(meter.rates(over: RateMeter.minute) == nil)
        // Ten a second for 14 minutes, then a hundred a second for one.
        for step in 0...168 {
            meter.note(
                received: step * 50, deleted: step * 25, at: Self.start + .seconds(step * 5))
        }
        for step in 1...12 {
            meter.note(
                received: 8_400 + step * 500, deleted: 4_200,
                at: Self.start + .seconds(840 + step * 5))
        }
        let minute = try #require(meter.rates(over: RateMeter.minute))
        #expect(abs(minute.received - 100) < 0.001)
        #expect(minute.deleted == 0)
        let quarter = try #require(meter.rates(over: RateMeter.quarter))
        #expect(abs(quarter.received - 16) < 0.001)
    }

    @Test func `a rate is told from a second on, over what there was`() throws {
        var meter = RateMeter()
        meter.note(received: 0, deleted: 0, at: Self.start)
        #expect(meter.rates(over: RateMeter.minute) == nil)
        meter.note(received: 20, deleted: 10, at: Self.start + .seconds(2))
        let rates = try #require(meter.rates(over: RateMeter.quarter))
        #expect(rates == RateMeter.Rates(received: 10, deleted: 5))
    }

    // MARK: Counters

    private func run(_ result: HandlerResult, _ handler: String = "h") -> Report {
        .handled(
            HandledMessage(
                messageID: "m-1", handler: handler, result: result, duration: .milliseconds(5)))
    }

    @Test func `runs are counted by handler and by how they ended`() {
        let figures = QueueFigures(clock: MonotonicClock())
        for result: HandlerResult in [
            .done, .done, .retry(), .threw("why"), .failed(after: .zero), .reject(reason: "bad"),
            .unavailable("gone"), .cancelled,
        ] {
            figures.note(run(result))
        }
        figures.note(run(.done, "other"))
        let counted = figures.current.handlers
        #expect(counted["h"]?.runs.done == 2)
        #expect(counted["h"]?.runs.retried == 3)
        #expect(counted["h"]?.runs.rejected == 1)
        #expect(counted["h"]?.runs.unavailable == 1)
        #expect(counted["h"]?.runs.cancelled == 1)
        #expect(counted["other"]?.runs.done == 1)
    }

    @Test func `what was released is counted by its cause`() {
        let figures = QueueFigures(clock: MonotonicClock())
        figures.note(.released(2, .stopping))
        figures.note(.released(1, .keptLong))
        figures.note(.released(3, .groupFailure))
        #expect(
            figures.current.counts.released == ["stopping": 2, "kept_long": 1, "group_failure": 3])
    }
}
