import Control
import Logging
import SQS

/// Dead letters that are put back.
extension DaemonLoop {
    /// Has SQS move them. Takes as long as SQS does, and nothing waits for it.
    nonisolated func redrive(_ name: String) async -> RedriveOutcome {
        do throws(SQSError) {
            guard let arn = try await supervisor.deadLetterARN(of: name) else {
                return .refused("\(name) is not served at present, or has no dead-letter queue")
            }
            try await service.startMoveTask(
                from: arn, to: nil, messagesPerSecond: nil)
            setup.logger.notice(
                "its dead letters are being put back by SQS, on request",
                metadata: ["queue": .string(name)])
            return .begun
        } catch {
            return .refused(
                "\(error.description) \"sqs-subscriber dlq redrive\" can do without this.")
        }
    }
}
