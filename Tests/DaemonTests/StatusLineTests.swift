import Daemon
import SubscriberEngine
import Systemd
import Testing

@Suite struct StatusLineTests {
    private static let start = Instant(sinceStart: .seconds(100))
    private static let time = WallTime(now: start, seconds: 1_700_000_000)

    private func text(
        _ queues: [QueueStatus], counts: MessageCounts = MessageCounts(), slots: Int = 8,
        isStopping: Bool = false, notice: String? = nil
    ) -> String {
        StatusLine.text(
            queues: queues, counts: counts, slots: slots, time: Self.time, isStopping: isStopping,
            notice: notice)
    }

    private func troubled(
        _ name: String, _ reason: String = "no network", before: Int = 60, failures: Int = 3,
        next: Int? = 20
    ) -> QueueStatus {
        let trouble = OpeningTrouble(
            StartTrouble(.passing, reason), since: Self.start - .seconds(before),
            failures: failures, nextAttempt: next.map { Self.start + .seconds($0) })
        return QueueStatus(name: name, state: .opening(trouble))
    }

    @Test func `a queue that waits for its first answer is named`() {
        let waiting = QueueStatus(name: "orders", state: .opening(nil))
        #expect(
            text([waiting], slots: 64) == "Serving 0 of 1 queue; 0 of 64 slots in use; 0 handled; "
                + "orders: waiting for its first answer")
    }

    @Test func `a trouble is named with its reason, since when, how often and when it goes on`() {
        let since = Self.time.text(Self.start - .seconds(60))
        let next = Self.time.text(Self.start + .seconds(20))
        #expect(
            text([troubled("a")]).hasSuffix(
                "; a: retrying, no network (since \(since), 3 times, next at \(next))"))
        #expect(
            text([troubled("a", failures: 1, next: nil)]).hasSuffix(" (since \(since), 1 time)"))
    }

    @Test func `beyond three, troubles are counted`() {
        let line = text(["a", "b", "c", "d", "e"].map { troubled($0, "no \($0)") })
        #expect(line.contains("c: retrying, no c"))
        #expect(!line.contains("d: retrying"))
        #expect(line.hasSuffix("; 2 more troubles"))
        #expect(text(["a", "b", "c", "d"].map { troubled($0, $0) }).hasSuffix("; 1 more trouble"))
    }

    @Test func `queues with the same trouble are named together, with the times of all`() {
        let line = text([
            troubled("a", before: 60, failures: 3, next: 20),
            troubled("b", before: 90, failures: 5, next: 10), troubled("c", "denied"),
        ])
        let since = Self.time.text(Self.start - .seconds(90))
        let next = Self.time.text(Self.start + .seconds(10))
        #expect(
            line.contains(
                "; a, b: retrying, no network (since \(since), 5 times, next at \(next)); c: "))
    }

    @Test func `so many queues do not hide what is wrong with them`() {
        let names = (100..<300).map { "queue-with-a-name-\($0)" }
        let shared = text(names.map { troubled($0) }, notice: "reload failed")
        #expect(shared.contains("queue-with-a-name-104 and 195 more: retrying, no network"))
        let paused = names.map { QueueStatus(name: $0, state: .paused) }
        #expect(text(paused).hasSuffix("queue-with-a-name-104 and 195 more"))
        for line in [shared, text(paused + [troubled("z")])] {
            #expect(line.utf8.count < ServiceNotification.statusBytes)
        }
        #expect(text(paused.prefix(5).map(\.self)).hasSuffix("queue-with-a-name-104"))
    }

    @Test func `a reason without an end is cut`() {
        let line = text([troubled("a", String(repeating: "x", count: 5_000))])
        #expect(line.contains("xxx… (since ") && line.utf8.count < 600)
    }

    @Test func `what failed and what was rejected is counted where there is any`() {
        #expect(text([]).hasSuffix("0 of 8 slots in use; 0 handled"))
        let some = MessageCounts(handled: 3, failed: 2, rejected: 1)
        #expect(
            text([], counts: some, slots: 1).hasSuffix(
                "0 of 1 slot in use; 3 handled; 2 failed; 1 rejected"))
    }

    @Test func `a failed reload is shown for as long as it lasts`() {
        #expect(text([], notice: "reload failed").hasSuffix("; reload failed"))
    }

    @Test func `a stop says how many messages it waits for`() {
        #expect(text([], isStopping: true).hasPrefix("Stopping: 0 messages in hand"))
    }

    @Test func `a time of another day has its date`() {
        let now = Self.time.text(Self.start)
        #expect(now.count == "19:14:05".count)
        let earlier = Self.time.text(Self.start - .seconds(2 * 86_400))
        #expect(earlier.hasSuffix(" " + now) && earlier.hasPrefix("2023-11-1"))
    }

    @Test(arguments: [(0, "0 handlers"), (1, "1 handler"), (2, "2 handlers")])
    func `one is not many`(number: Int, text: String) {
        #expect(number.counted("handler") == text)
    }
}
