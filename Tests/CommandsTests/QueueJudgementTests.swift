import AWS
import Commands
import Daemon
import HandlerLibrary
import MessageHandling
import SQS
import SubscriberConfiguration
import SubscriberEngine
import Testing

/// What `doctor` makes of a queue, its attributes and what may be done with it.
@Suite struct QueueJudgementTests {
    struct Scene: Sendable {
        var name = "orders"
        var attributes = [
            "VisibilityTimeout": "60", "MessageRetentionPeriod": "345600",
            "ApproximateNumberOfMessages": "3",
            "RedrivePolicy": #"{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:1:dead","#
                + #""maxReceiveCount":"5"}"#,
        ]
        var options = QueueOptions()
        var handlers = [QueueJudgement.HandlerFacts(name: "charge", timeout: .seconds(30))]
        var deadLetters = [
            DeadLetterFindings(
                name: "dead", isConfigured: false,
                attributes: .success(["MessageRetentionPeriod": "1209600"]))
        ]

        func diagnoses() throws -> [Diagnosis] {
            let reference = try QueueReference(name)
            let kind = JournalSettings()
            let settings = SubscriberConfiguration.SubscriptionSettings(
                queue: reference, options: options,
                handlers: [
                    SubscriberConfiguration.HandlerSettings(
                        name: "charge", queue: reference, kind: kind)
                ])
            let facts = QueueFindings(
                settings: settings, queue: .success(Queue(name: name, url: "https://q/1/\(name)")),
                attributes: .success(attributes), deadLetterQueues: deadLetters)
            return QueueJudgement(facts, handlers: handlers).diagnoses
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// What is warned of, below the name of the queue; nil for nothing.
        let warning: String?
        let change: @Sendable (inout Scene) -> Void

        init(
            _ name: String, _ warning: String?,
            _ change: @escaping @Sendable (inout Scene) -> Void
        ) {
            (self.name, self.warning, self.change) = (name, warning, change)
        }

        var testDescription: String { name }
    }

    private static func policy(_ receives: Int) -> String {
        #"{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:1:dead", "maxReceiveCount": \#(receives)}"#
    }

    private static func retrying(_ retry: RetryPolicy) -> [QueueJudgement.HandlerFacts] {
        [QueueJudgement.HandlerFacts(name: "charge", retry: retry)]
    }

    private static func paced(_ rate: Double) -> [QueueJudgement.HandlerFacts] {
        [QueueJudgement.HandlerFacts(name: "charge", messagesPerSecond: rate)]
    }

    static let rows = [
        Row("a sound queue", nil) { _ in },
        Row("a timeout as long as the lease", nil) {
            $0.handlers = [QueueJudgement.HandlerFacts(name: "charge", timeout: .seconds(60))]
        },
        Row("a handler that usually takes less than the lease", nil) {
            $0.handlers = [
                QueueJudgement.HandlerFacts(name: "charge", usual: .milliseconds(59_900))
            ]
        },
        Row("a handler that usually takes longer", "visibility timeout") {
            $0.handlers = [
                QueueJudgement.HandlerFacts(name: "charge", usual: .milliseconds(60_100))
            ]
        },
        Row("a longer timeout", "visibility timeout") {
            $0.handlers = [QueueJudgement.HandlerFacts(name: "charge", timeout: .seconds(61))]
        },
        Row("a longer timeout, and a lease of our own", nil) {
            $0.handlers = [QueueJudgement.HandlerFacts(name: "charge", timeout: .seconds(61))]
            $0.options.engine.visibilityTimeout = .seconds(90)
        },
        Row("no redrive policy", "dead-letter queue") { $0.attributes["RedrivePolicy"] = nil },
        Row("no redrive policy, for what cannot fail", nil) {
            $0.attributes["RedrivePolicy"] = nil
            $0.handlers = [QueueJudgement.HandlerFacts(name: "print", mayFail: false)]
        },
        Row("two receives", "dead-letter queue") { $0.attributes["RedrivePolicy"] = policy(2) },
        Row("three receives", nil) { $0.attributes["RedrivePolicy"] = policy(3) },
        Row("delays as long as the retention", "retention") {
            $0.handlers = retrying(.delays([.seconds(1), .seconds(345_600)]))
        },
        Row("delays that are shorter", nil) {
            $0.handlers = retrying(.exponential(initial: .seconds(1), maximum: .seconds(345_599)))
        },
        Row("a dead-letter queue that forgets sooner", "dead-letter queue dead") {
            $0.deadLetters = [
                DeadLetterFindings(
                    name: "dead", isConfigured: false,
                    attributes: .success(["MessageRetentionPeriod": "345599"]))
            ]
        },
        Row("our own dead-letter queue, whose messages are new", nil) {
            $0.deadLetters = [
                DeadLetterFindings(
                    name: "dead", isConfigured: true,
                    attributes: .success(["MessageRetentionPeriod": "60"]))
            ]
        },
        Row("a FIFO queue that is slower than its retention", "backlog") {
            $0.name = "orders.fifo"
            $0.attributes["ApproximateNumberOfMessages"] = "120000"
            $0.handlers = paced(0.3)
        },
        Row("a FIFO queue that keeps up", nil) {
            $0.name = "orders.fifo"
            $0.attributes["ApproximateNumberOfMessages"] = "120000"
            $0.handlers = paced(0.4)
        },
        Row("more than SQS looks through for groups", "backlog") {
            $0.name = "orders.fifo"
            $0.attributes["ApproximateNumberOfMessages"] = "120001"
        },
        Row("as many in a standard queue", nil) {
            $0.attributes["ApproximateNumberOfMessages"] = "120001"
        },
    ]

    @Test(arguments: rows)
    func `what will hurt is warned of`(row: Row) throws {
        var scene = Scene()
        row.change(&scene)
        let warnings = try scene.diagnoses().filter { $0.verdict != .ok }
        #expect(
            warnings.map(\.check) == row.warning.map { ["queue \(scene.name): \($0)"] } ?? [],
            "\(warnings)")
        #expect(warnings.allSatisfy { $0.verdict == .warning && $0.remedy != nil })
    }

    @Test(
        arguments: [
            (SQSErrorCode.receiptHandleIsInvalid, true), (.invalidParameterValue, true),
            (.invalidBatchEntryID, true), (.emptyBatchRequest, true), (.overLimit, true),
            (.accessDenied, false), (.kmsAccessDenied, false), (.requestThrottled, nil),
            (.internalFailure, nil), (.queueDoesNotExist, nil),
        ] as [(SQSErrorCode, Bool?)])
    func `an error about the call says that it is allowed`(code: SQSErrorCode, isAllowed: Bool?) {
        let error = SQSError(code.kind, code: code.rawValue, "said")
        let expected: QueuePermission.Answer =
            switch isAllowed {
            case true?: .allowed
            case false?: .denied("said")
            case nil: .unknown("said")
            }
        #expect(QueuePermission(.delete, refusedWith: error).answer == expected)
    }
}
