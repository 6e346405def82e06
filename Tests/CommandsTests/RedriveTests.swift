import Commands
import MessageHandling
import SQS
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RedriveTests {
    private func ids(_ rounds: [[Message]]) -> [[String]] { rounds.map { $0.map(\.id) } }

    @Test func `a standard queue's messages go ten at a time`() {
        let messages = (0..<23).map { message("\($0)", group: "same") }
        #expect(RedriveRounds.of(messages, ordered: false).map(\.count) == [10, 10, 3])
    }

    @Test func `a round has one message of each group, in the group's order`() {
        let messages = [
            message("a1", group: "a"), message("a2", group: "a"), message("b1", group: "b"),
            message("a3", group: "a"), message("b2", group: "b"), message("c1", group: "c"),
        ]
        #expect(
            ids(RedriveRounds.of(messages, ordered: true))
                == [["a1", "b1", "c1"], ["a2", "b2"], ["a3"]])
    }

    @Test func `a round of many groups is divided`() {
        let messages = (0..<12).map { message("\($0)", group: "g\($0)") }
        #expect(RedriveRounds.of(messages, ordered: true, size: 5).map(\.count) == [5, 5, 2])
    }

    @Test(arguments: [
        (false, nil, 30, 10), (true, nil, 30, 100), (true, 1, 30, 10), (true, 500, 30, 100),
        (false, 1, 30, 10), (false, 1, 2, 1), (true, 3, 30, 30),
    ])
    func `no more is in hand than can be moved in time`(
        ordered: Bool, rate: Int?, timeout: Int, hand: Int
    ) {
        #expect(
            RedriveRounds.hand(
                ordered: ordered, rate: rate, visibilityTimeout: .seconds(timeout)) == hand)
    }

    @Test(arguments: [(nil, 10), (1, 1), (7, 7), (500, 10)])
    func `a round is no more than a second's`(rate: Int?, size: Int) {
        #expect(RedriveRounds.size(rate: rate) == size)
    }

    @Test(arguments: [
        (10, 0, 10, 1_000), (10, 400, 10, 600), (10, 1_500, 10, 0), (3, 0, 2, 1_500),
        (1_000, 0, nil, 0),
    ])
    func `the pace is kept over all`(moved: Int, elapsed: Int, rate: Int?, wait: Int) {
        #expect(
            RedriveRounds.wait(moved: moved, elapsed: .milliseconds(elapsed), rate: rate)
                == .milliseconds(wait))
    }

    @Test func `a copy has all that a sender may set`() {
        let original = message(
            "id-1", body: "b", group: "g", attributes: ["a": text("1")],
            system: ["AWSTraceHeader": "Root=1", "SequenceNumber": "7"], in: "dead.fifo")
        let copy = MessageCopy.redriven(original, id: "m0", to: queueNamed("orders.fifo"))
        #expect(
            copy
                == SendEntry(
                    id: "m0", body: "b", attributes: ["a": text("1")], groupID: "g",
                    deduplicationID: "redrive-id-1", traceHeader: "Root=1"))
    }

    @Test(arguments: [
        // A fair queue's group stays, a FIFO queue's means nothing in a standard one.
        ("dead", "orders", "g", "g"), ("dead", "orders", nil, nil),
        ("dead.fifo", "orders", "g", nil), ("dead.fifo", "orders.fifo", "g", "g"),
        ("dead", "orders.fifo", nil, "id-1"), ("dead", "orders.fifo", "g", "g"),
    ])
    func `the group goes where it means something`(
        from: String, to: String, group: String?, copied: String?
    ) {
        let original = message("id-1", group: group, in: from)
        let copy = MessageCopy.redriven(original, id: "m0", to: queueNamed(to))
        #expect(copy.groupID == copied)
        #expect((copy.deduplicationID != nil) == to.hasSuffix(".fifo"))
    }

    @Test func `a repeated copy is dropped by its deduplication id, another redrive is not`() {
        let fifo = queueNamed("orders.fifo")
        func id(_ message: Message) -> String? {
            MessageCopy.redriven(message, id: "m0", to: fifo).deduplicationID
        }
        let letter = message("id-1", group: "g", in: "dead.fifo")
        // The copy has an id of its own, with which it comes back when it fails again.
        let back = message("id-2", group: "g", in: "dead.fifo")
        #expect(id(letter) == id(letter))
        #expect(id(letter) != id(back))
    }

    private func task(
        _ status: MoveTask.Status?, to destination: String? = nil, started: Int = 0
    ) -> MoveTask {
        var task = MoveTask()
        task.started = started
        task.status = status
        task.destinationARN = destination
        return task
    }

    @Test func `a running move task that does what is wanted is followed`() {
        let arn = "arn:aws:sqs:eu-west-1:1:orders"
        #expect(MoveTaskPlan(tasks: [], destinationARN: nil) == .start)
        #expect(
            MoveTaskPlan(tasks: [task(.completed), task(.failed)], destinationARN: nil) == .start)
        #expect(MoveTaskPlan(tasks: [task(.running)], destinationARN: nil) == .follow)
        #expect(MoveTaskPlan(tasks: [task(.cancelling)], destinationARN: nil) == .follow)
        let other = MoveTaskPlan(tasks: [task(.running, to: arn)], destinationARN: nil)
        guard case .refuse(let reason) = other else {
            Issue.record("another task's end is not awaited: \(other)")
            return
        }
        #expect(reason.contains("to orders"))
    }

    @Test func `a task that ended before is not taken for the one that was started`() {
        let old = task(.completed, started: 1)
        let before = [old]
        #expect([old].followed(before: before) == nil)
        let own = task(.cancelled, started: 2)
        #expect([own, old].followed(before: before) == own)
        let running = task(.running, started: 2)
        #expect([running, old].followed(before: before) == running)
        // One that ran already when it was found.
        let found = [running, old]
        #expect([task(.completed, started: 2), old].followed(before: found)?.started == 2)
    }

    @Test(
        arguments: [
            (.malformed, "UnknownOperationException", true), (.malformed, "InvalidAction", true),
            (.malformed, "AWS.SimpleQueueService.UnsupportedOperation", true),
            (.transient, "HTTP 500", true), (.malformed, "InvalidParameterValue", true),
            (.denied, "AccessDenied", true), (.missing, "ResourceNotFoundException", true),
            (.throttled, "RequestThrottled", false), (.transient, "timeout", false),
            (.credentials, "ExpiredToken", false),
        ] as [(SQSError.Kind, String, Bool)])
    func `what the service does not do is done by copying, what passes is not`(
        kind: SQSError.Kind, code: String, copies: Bool
    ) {
        #expect(MoveTaskPlan.copies(after: SQSError(kind, code: code, "")) == copies)
    }

    @Test func `a report is whole when nothing that was meant is left`() {
        var report = RedriveReport()
        report.addMoved(to: "orders")
        report.unmatched = 3
        report.cameBack = 1
        #expect(report.isComplete)
        #expect(
            report.text(from: "dead", isDryRun: false) == """
                Moved 1 message from dead: 1 to orders.
                  3 left, since --match does not take them
                  1 failed again meanwhile, and are back
                """)
        report.addHomeless("nothing tells where they are from")
        #expect(!report.isComplete)
        #expect(report.text(from: "dead", isDryRun: true).contains("--to QUEUE"))
    }

    @Test func `a report with messages that nobody could move is not whole`() {
        var reports = [RedriveReport](repeating: RedriveReport(), count: 3)
        reports[0].inFlight = 1
        reports[1].hidden = 1
        reports[2].undeleted = 1
        #expect(reports.allSatisfy { !$0.isComplete })
    }

    @Test func `a redrive that somebody cancelled says so, and is not whole`() {
        var report = RedriveReport()
        report.isCancelled = true
        #expect(!report.isComplete)
        #expect(
            report.text(from: "dead", isDryRun: false).contains("the service was told to stop"))
    }

    @Test func `what strangers wrote does not steer the terminal`() {
        var report = RedriveReport()
        report.addFailed("id: \u{1B}[2J no")
        report.addHomeless("\u{1B}]0;x does not exist")
        let text = report.text(from: "dead", isDryRun: false)
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("[2J no"))
    }
}
