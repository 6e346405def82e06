import Control
import Daemon
import MessageHandling
import SubscriberEngine
import TestKit
import Testing

/// What the daemon remembers for the page.
@Suite struct HistoryTests {
    // MARK: Messages

    private func run(
        _ id: String, _ result: HandlerResult, receive: Int = 1, output: String? = nil
    ) -> Report {
        .handled(
            HandledMessage(
                messageID: id, handler: "charge", result: result, duration: .milliseconds(8),
                receives: (receive, nil), detail: RunDetail(output: output)))
    }

    @Test func `a message's story is told in the words of the log, the oldest first`() {
        let history = MessageHistory()
        history.note(run("m-1", .threw("card declined"), output: "line 7\ncard"), of: "orders")
        history.note(run("m-2", .done), of: "orders")
        history.note(.retryScheduled(messageID: "m-1", receiveCount: 1, delay: nil), of: "orders")
        history.note(run("m-1", .done, receive: 2), of: "orders")
        history.note(.deletedWithoutRun(messageID: "m-1"), of: "orders")
        let story = history.story(of: "m-1")
        #expect(
            story.map(\.text) == [
                "failed after 8 ms, receive 1, back when its other handlers are over with it: "
                    + "card declined",
                "done in 8 ms, receive 2, deleted when its other handlers are done",
                "came back although it was done: deleted",
            ])
        #expect(story.map(\.isFailure) == [true, false, false])
        #expect(story.map(\.handler) == ["charge", "charge", nil])
        #expect(story.map(\.output) == ["line 7\ncard", nil, nil])
        #expect(story.map(\.number) == story.map(\.number).sorted())
        #expect(history.story(of: "m-3").isEmpty)
    }

    @Test func `what is told of a queue is no message's`() {
        let history = MessageHistory()
        history.note(.drainBegan(running: 3), of: "orders")
        history.note(.released(2, .stopping), of: "orders")
        #expect(history.failureCount == 0)
        #expect(history.failures(10).isEmpty && history.story(of: "").isEmpty)
    }

    @Test func `no flood of successes hides a failure, and both are bounded`() {
        let history = MessageHistory()
        history.note(run("lost", .threw("first")), of: "orders")
        for number in 0..<MessageHistory.most {
            history.note(run("bad-\(number)", .threw("why")), of: "orders")
            for _ in 0..<3 { history.note(run("good-\(number)", .done), of: "orders") }
        }
        #expect(history.failureCount == MessageHistory.most + 1)
        #expect(history.failures(2).map(\.messageID) == ["bad-999", "bad-998"])
        #expect(history.failures(.max).count == MessageHistory.most)
        #expect(history.story(of: "lost").isEmpty)
        #expect(history.story(of: "good-0").isEmpty)
        #expect(history.story(of: "good-999").count == 3)
        #expect(history.story(of: "bad-0").count == 1)
    }

    @Test func `a message that fails for ever has a story with an end`() {
        let history = MessageHistory()
        for number in 1...500 { history.note(run("m", .threw("\(number)")), of: "orders") }
        let story = history.story(of: "m")
        #expect(story.count == MessageHistory.mostOfOne)
        #expect(story.last?.text.hasSuffix(": 500") == true)
    }

    // MARK: Load

    private static let start = Instant(sinceStart: .seconds(10_000))

    private func look(
        _ queue: String, handled: Int, failed: Int = 0, lag: Double = 0, waiting: Int? = nil
    ) -> LoadHistory.Look {
        LoadHistory.Look(
            queue: queue, handled: handled, failed: failed, lag: lag, waiting: waiting)
    }

    @Test func `queues are looked at one by one and together`() {
        let history = LoadHistory()
        history.note([look("a", handled: 100), look("b", handled: 7)], at: Self.start)
        #expect(history.report(of: nil, at: Self.start).points.isEmpty)
        let now = Self.start + .seconds(5)
        history.note(
            [
                look("a", handled: 150, failed: 10, lag: 2.5, waiting: 4),
                look("b", handled: 12, lag: 60),
            ], at: now)
        let all = history.report(of: nil, at: now + .seconds(1))
        var point = LoadReport.Point(ago: 1)
        (point.handled, point.failed, point.lag, point.waiting) = (11, 2, 60, 4)
        #expect(all.points == [point])
        #expect(all.failures == 10)
        (point.handled, point.failed, point.lag, point.waiting) = (1, 0, 60, nil)
        #expect(history.report(of: "b", at: now + .seconds(1)).points == [point])
        // One that is none has no numbers, but a place in time.
        #expect(
            history.report(of: "none", at: now + .seconds(1)).points == [LoadReport.Point(ago: 1)])
    }

    @Test func `a queue that has become another begins at nothing`() {
        let history = LoadHistory()
        history.note([look("a", handled: 1_000, failed: 9)], at: Self.start)
        history.note([look("a", handled: 20, failed: 1)], at: Self.start + .seconds(5))
        let points = history.report(of: "a", at: Self.start + .seconds(5)).points
        #expect(points.map(\.handled) == [4])
        #expect(points.map(\.failed) == [0.2])
    }

    @Test func `a queue that was paused counts on from where it was`() {
        let history = LoadHistory()
        history.note([look("a", handled: 1_000, failed: 9)], at: Self.start)
        history.note([], at: Self.start + .seconds(5))
        history.note([look("a", handled: 1_005, failed: 10)], at: Self.start + .seconds(10))
        let report = history.report(of: "a", at: Self.start + .seconds(10))
        #expect(report.points.map(\.handled) == [nil, 1])
        #expect(report.points.map(\.failed) == [nil, 0.2])
        #expect(report.failures == 1)
    }

    @Test func `a quarter of an hour is kept, and no more`() {
        let history = LoadHistory()
        for step in 0...1_000 {
            history.note([look("a", handled: step * 10)], at: Self.start + .seconds(step * 5))
        }
        let points = history.report(of: nil, at: Self.start + .seconds(5_000)).points
        #expect(points.count == 181)
        #expect(points.allSatisfy { $0.handled == 2 && $0.ago <= 900 })
    }
}
