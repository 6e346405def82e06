import Daemon
import Logging
import MessageHandling
import SubscriberEngine
import Testing

@Suite struct RunSentenceTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let result: HandlerResult
        var receives = (count: 1, maximum: Int?.none)
        var detail = RunDetail()
        var aftermath = Aftermath.undecided
        let outcome: String
        let text: String

        var testDescription: String { text }

        var run: HandledMessage {
            HandledMessage(
                messageID: "m-1", handler: "charge", result: result, duration: .milliseconds(8),
                receives: receives, detail: detail, aftermath: aftermath)
        }
    }

    private static let exit1 = RunDetail(
        ending: "exit status 1", output: "card declined\n", fields: ["exit_status": "1"])

    static let successes = [
        Row(
            result: .outcome(.done), aftermath: .deleted, outcome: "done", text: "done in 8 ms"),
        Row(
            result: .outcome(.done), receives: (2, 5), aftermath: .deleted, outcome: "done",
            text: "done in 8 ms, receive 2 of 5"),
        Row(
            result: .outcome(.done), outcome: "done",
            text: "done in 8 ms, deleted when its other handlers are done"),
        Row(
            result: .outcome(.done), aftermath: .returns(after: .seconds(30)), outcome: "done",
            text: "done in 8 ms, but back in 30 s, for another handler"),
        Row(
            result: .outcome(.done), aftermath: .lapses(within: .milliseconds(29_100)),
            outcome: "done", text: "done in 8 ms, but back within 30 s, for another handler"),
        Row(
            result: .outcome(.done), aftermath: .deadLettering, outcome: "done",
            text: "done in 8 ms, but rejected by another handler, to the dead-letter queue"),
    ]

    static let retries = [
        Row(
            result: .outcome(.retry()), receives: (2, 5), detail: exit1,
            aftermath: .returns(after: .seconds(30)), outcome: "retry",
            text: "exit status 1 after 8 ms, receive 2 of 5, back in 30 s: card declined"),
        Row(
            result: .outcome(.retry()), aftermath: .lapses(within: .milliseconds(29_991)),
            outcome: "retry", text: "failed after 8 ms, receive 1, back within 30 s"),
        Row(
            result: .outcome(.retry(after: .seconds(90))),
            aftermath: .returns(after: .seconds(90)), outcome: "retry",
            text: "put off after 8 ms, receive 1, back in 1 min 30 s"),
        Row(
            result: .threw("no such table"), receives: (3, 5), aftermath: .returns(after: .zero),
            outcome: "retry",
            text: "failed after 8 ms, receive 3 of 5, back at once: no such table"),
        Row(
            result: .threw("broken pipe"), detail: RunDetail(output: "disk full"),
            outcome: "retry",
            text: "failed after 8 ms, receive 1, back when its other handlers are over with it: "
                + "broken pipe: disk full"),
        Row(
            result: .failed(after: .seconds(60)),
            detail: RunDetail(ending: "the endpoint answered 500"),
            aftermath: .returns(after: .seconds(60)), outcome: "retry",
            text: "the endpoint answered 500 after 8 ms, receive 1, back in 1 min"),
        Row(
            result: .outcome(.retry()), receives: (5, 5), detail: exit1,
            aftermath: .returns(after: .seconds(30)), outcome: "retry",
            text: "exit status 1 after 8 ms, receive 5 of 5, "
                + "to the dead-letter queue by the redrive policy in 30 s: card declined"),
        Row(
            result: .outcome(.retry()), receives: (6, 5), aftermath: .lapses(within: .seconds(20)),
            outcome: "retry",
            text: "failed after 8 ms, receive 6 of 5, "
                + "to the dead-letter queue by the redrive policy within 20 s"),
    ]

    static let endings = [
        Row(
            result: .outcome(.retry()),
            detail: RunDetail(ending: "the function failed: ValueError: bad order 17"),
            aftermath: .returns(after: .seconds(1)), outcome: "retry",
            text: "the function failed after 8 ms, receive 1, back in 1 s: "
                + "ValueError: bad order 17"),
        Row(
            result: .outcome(.retry()),
            detail: RunDetail(
                ending: "still running after 5 s (timeout), its process group was terminated",
                output: "waiting for db"),
            aftermath: .returns(after: .zero), outcome: "retry",
            text: "still running after 5 s (timeout), its process group was terminated, "
                + "took 8 ms, receive 1, back at once: waiting for db"),
    ]

    static let others = [
        Row(
            result: .outcome(.reject(reason: "no amount")), aftermath: .deadLettering,
            outcome: "reject",
            text: "rejected after 8 ms, receive 1, to the dead-letter queue: no amount"),
        Row(
            result: .outcome(.reject(reason: "no amount")), receives: (1, 3),
            aftermath: .lapses(within: .seconds(30)), outcome: "reject",
            text: "rejected after 8 ms, receive 1 of 3, left to the redrive policy, "
                + "back within 30 s: no amount"),
        Row(
            result: .outcome(.reject(reason: "no amount")),
            aftermath: .returns(after: .seconds(5)), outcome: "reject",
            text: "rejected after 8 ms, receive 1, back in 5 s, for another handler: no amount"),
        Row(
            result: .unavailable("no such program"), aftermath: .kept, outcome: "unavailable",
            text: "not started, receive 1, kept, to be started again: no such program"),
        Row(
            result: .unavailable("no such program"), aftermath: .returns(after: .zero),
            outcome: "unavailable", text: "not started, receive 1, back at once: no such program"),
        Row(
            result: .cancelled, aftermath: .returns(after: .zero), outcome: "cancelled",
            text: "cancelled after 8 ms by the stop, receive 1, back at once"),
    ]

    @Test(arguments: successes + retries + endings + others)
    func `one sentence says how a run ended, what follows and why`(row: Row) {
        let sentence = RunSentence(row.run)
        #expect(sentence.text(isOutputShown: true) == row.text)
        #expect(sentence.outcome == row.outcome)
        #expect(sentence.fields["outcome"]?.description == row.outcome)
        #expect(sentence.fields["receive_count"]?.description == "\(row.receives.count)")
        #expect(sentence.fields["duration_usec"]?.description == "8000")
    }

    @Test(arguments: successes)
    func `only a success counts as one`(row: Row) {
        #expect(RunSentence(row.run).kind == .successes)
    }

    @Test(arguments: retries + others)
    func `whatever else became of a message has the room of failures`(row: Row) {
        #expect(RunSentence(row.run).kind == .failures)
    }

    static let discarded: [(HandlerResult, outcome: String, text: String)] = [
        (
            .outcome(.done), "lost",
            "done in 8 ms, receive 2 of 5, but the message was no longer ours: this does not count"
        ),
        (
            .threw("no such table"), "lost",
            "failed after 8 ms, receive 2 of 5, but the message was no longer ours: this does not "
                + "count: no such table"
        ),
        (
            .cancelled, "cancelled",
            "cancelled after 8 ms, receive 2 of 5, but the message was no longer ours: this does "
                + "not count"
        ),
    ]

    @Test(arguments: discarded)
    func `a run that ended too late says so`(
        result: HandlerResult, outcome: String, text: String
    ) {
        let run = HandledMessage(
            messageID: "m-1", handler: "charge", result: result, duration: .milliseconds(8),
            receives: (2, 5))
        let sentence = RunSentence(tooLate: run)
        #expect(sentence.text(isOutputShown: true) == text)
        #expect(sentence.outcome == outcome)
    }

    private static let trace = """
        Traceback (most recent call last):
          File "charge.py", line 3, in <module>
        ValueError: card declined

        """

    private static func failed(output: String?) -> HandledMessage {
        HandledMessage(
            messageID: "m-1", handler: "charge", result: .outcome(.retry()),
            duration: .milliseconds(8), detail: RunDetail(ending: "exit status 1", output: output),
            aftermath: .returns(after: .zero))
    }

    @Test func `output that the log has line by line is quoted once`() {
        let sentence = RunSentence(Self.failed(output: Self.trace))
        #expect(
            sentence.text(isOutputShown: true)
                == "exit status 1 after 8 ms, receive 1, back at once: ValueError: card declined")
        #expect(sentence.fields["output"]?.description == Self.trace)
    }

    @Test func `output that the log has not is told with the failure`() {
        let sentence = RunSentence(Self.failed(output: Self.trace))
        #expect(
            sentence.text(isOutputShown: false) == """
                exit status 1 after 8 ms, receive 1, back at once: ValueError: card declined
                Traceback (most recent call last):
                  File "charge.py", line 3, in <module>
                ValueError: card declined
                """)
    }

    @Test func `what the handler says of a run is in fields of the entry`() {
        let run = HandledMessage(
            messageID: "m-1", handler: "charge", result: .outcome(.done),
            duration: .milliseconds(8), detail: RunDetail(fields: ["request_id": "r-1"]))
        #expect(RunSentence(run).fields["request_id"]?.description == "r-1")
    }
}

@Suite struct QuotedOutputTests {
    /// What a handler left, the line that says why, and whether that is all.
    static let outputs: [(String, quote: String?, isAll: Bool)] = [
        ("", nil, true),
        ("\n \n", nil, true),
        ("card declined\n", "card declined", true),
        ("  card declined  \r\n", "card declined", true),
        ("connecting\ncard declined\n\n", "card declined", false),
        ("Exception: boom\n\tat Main.run\n\tat Main.main\n", "Exception: boom", false),
        ("{\n  \"error\": \"db is down\"\n}\n", "\"error\": \"db is down\"", false),
        ("<html>\n<h1>502 Bad Gateway</h1>\n</html>\n", "<h1>502 Bad Gateway</h1>", false),
        ("---\n", "---", true),
        ("\u{1B}[31mred\u{1B}[0m\n", "[31mred [0m", true),
    ]

    @Test(arguments: outputs)
    func `the line that says why is quoted`(output: String, quote: String?, isAll: Bool) {
        let tail = QuotedOutput(output)
        #expect(tail.quote == quote)
        #expect((tail.rest == nil) == isAll)
    }

    @Test func `a long line is cut in the sentence and whole below it`() {
        let line = String(repeating: "x", count: 4_000)
        let tail = QuotedOutput(line)
        #expect(tail.quote.map { $0.count < 300 && $0.hasSuffix("…") } == true)
        #expect(tail.rest == line)
    }
}
