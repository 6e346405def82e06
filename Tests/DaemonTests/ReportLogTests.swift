import Daemon
import Logging
import MessageHandling
import SQS
import SubscriberEngine
import TestKit
import Testing

@Suite struct ReportLogTests {
    private func lines(
        level: Logger.Level = .info, _ body: (ReportLog) -> Void
    ) -> [LogRecorder.Entry] {
        let lines = LogRecorder()
        var logger = Logger(label: "test") { _ in
            SubjectLogHandler(lines.handler, showsFields: false)
        }
        logger.logLevel = level
        let messages = MessageLog(logger: logger, linesPerSecond: 0)
        body(ReportLog(queue: "orders", messages: messages, service: logger))
        return lines.entries
    }

    private static let id = "117fedb2-7e3f-4a54-9a0e-1c9b0a6d7f11"
    private static let error = SQSError(.transient, code: "Down", "it is down")

    static let reports: [(Report, String)] = [
        (
            .troubleEnded(.receive, after: .seconds(144), failures: 11),
            "orders: receiving works again after 2 min 24 s, 11 failures"
        ),
        (
            .troubleEnded(.delete, after: .seconds(1), failures: 1),
            "orders: deleting works again after 1 s, 1 failure"
        ),
        (.drainBegan(running: 3), "orders: draining, 3 messages in hand"),
        (.drainBegan(running: 1), "orders: draining, 1 message in hand"),
        (.drainCalledOff(running: 0), "orders: served again"),
        (.drainCalledOff(running: 1), "orders: served again, beside 1 handler of before"),
        (.released(1, .stopping), "orders: 1 message made visible again: the daemon is stopping"),
        (
            .unmatched(count: 1, lastMessageID: id, .leave),
            "orders 117fedb2: matched no handler (unmatched = \"leave\")"
        ),
        (
            .unmatched(count: 7, lastMessageID: id, .delete),
            "orders 117fedb2: the last of 7 messages that matched no handler "
                + "(unmatched = \"delete\")"
        ),
        (
            .gateTripped(handler: "charge", reason: "no such program", others: ["audit"]),
            "orders/charge: receiving stopped, for this handler cannot work: no such program. "
                + "The whole queue waits, for audit too"
        ),
        (
            .leaseLost(messageID: id, .refused, .cancelled),
            "orders 117fedb2: no longer ours (the service refused to extend its visibility "
                + "timeout); its handler is cancelled"
        ),
    ]

    @Test(arguments: reports)
    func `every line names its queue, and counts as one counts`(report: Report, text: String) {
        let lines = lines { $0.log(report) }
        #expect(lines.map(\.text) == [text])
        #expect(lines.first?.metadata["queue"] == "orders")
    }

    @Test func `a failure's line has what a reader of fields needs`() {
        let run = HandledMessage(
            messageID: Self.id, handler: "charge", result: .outcome(.retry()),
            duration: .milliseconds(8), receives: (2, 5),
            detail: RunDetail(
                ending: "exit status 1", output: "card declined\n", fields: ["exit_status": "1"]),
            aftermath: .returns(after: .seconds(30)))
        let lines = lines(level: .warning) { $0.log(.handled(run)) }
        #expect(
            lines.map(\.text) == [
                "orders/charge 117fedb2: exit status 1 after 8 ms, receive 2 of 5, back in 30 s: "
                    + "card declined"
            ])
        #expect(
            lines.first?.metadata == [
                "event_id": EventID.messageReturned.rawValue, "queue": "orders",
                "handler": "charge", "message_id": Self.id, "receive_count": "2",
                "outcome": "retry", "duration_usec": "8000", "exit_status": "1",
                "output": "card declined\n",
            ])
    }

    @Test(arguments: reports)
    func `a line about a message has its trace`(report: Report, text: String) {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let lines = lines { $0.log(report, traceID: trace) }
        let isOfMessage = lines.first?.metadata["message_id"] != nil
        #expect(lines.first?.metadata["trace_id"] == (isOfMessage ? trace : nil))
    }

    @Test func `a rejected message has one line for its end and one for its new id`() {
        let run = HandledMessage(
            messageID: Self.id, handler: "charge", result: .outcome(.reject(reason: "no amount")),
            duration: .milliseconds(8), aftermath: .deadLettering)
        let lines = lines {
            $0.log(.handled(run))
            $0.log(.rejected(messageID: Self.id, reason: "no amount", deadLettered: true))
        }
        #expect(
            lines.map(\.text) == [
                "orders/charge 117fedb2: rejected after 8 ms, receive 1, to the dead-letter "
                    + "queue: no amount"
            ])
    }

    @Test func `a lost lease says that it is one`() {
        let lines = lines { $0.log(.leaseLost(messageID: Self.id, .refused, .deleting)) }
        #expect(lines.first?.metadata["outcome"] == "lost")
        #expect(lines.first?.metadata["event_id"] == EventID.deleteFailed.rawValue)
    }

    static let damaged: [(CorruptedMessage.Reason, id: String, text: String)] = [
        (
            .body, id,
            "orders 117fedb2: not handled, for its body does not match its MD5 digest; back after "
                + "its visibility timeout"
        ),
        (
            .incomplete, "",
            "orders: not handled, for it came without id, receipt handle or body; back after its "
                + "visibility timeout"
        ),
    ]

    @Test(arguments: damaged)
    func `a damaged message is named as others are`(
        reason: CorruptedMessage.Reason, id: String, text: String
    ) {
        let message = CorruptedMessage(
            queueURL: "https://sqs.eu-west-1.amazonaws.com/1/orders", id: id, reason: reason)
        let lines = LogRecorder()
        let logger = Logger(label: "test") { _ in
            SubjectLogHandler(lines.handler, showsFields: false)
        }
        logger.error("\(message.explanation)", metadata: message.metadata)
        #expect(lines.texts == [text])
        #expect(lines.entries.first?.metadata["queue"] == "orders")
    }
}
