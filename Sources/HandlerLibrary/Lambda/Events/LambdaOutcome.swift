internal import MessageHandling

/// What a function answered to an invocation.
package enum FunctionAnswer: Sendable, Equatable {
    case response([UInt8])
    /// More than ``LambdaSettings/answerLimit``.
    case tooLarge
    /// The function raised an error; its type and message, and where, if it says so.
    case error(String, stack: String? = nil)

    /// What is told of a function that printed nothing.
    var stack: String? {
        switch self {
        case .response, .tooLarge: nil
        case .error(_, let stack): stack
        }
    }
}

/// What an answer means for the messages of its batch.
package enum LambdaOutcome {
    /// - Parameters:
    ///   - ids: the ids of the batch's messages, in their order.
    ///   - reportsFailures: `report_batch_item_failures`. Without it the response is not looked at.
    /// - Returns: one finding for each message, in their order.
    ///
    /// In a FIFO queue the first of a group that is not done decides about those after it, see
    /// ``LambdaHandler/handle(inOrder:)``.
    package static func findings(
        of answer: FunctionAnswer, ids: [String], reportsFailures: Bool
    ) -> [Finding] {
        switch answer {
        case .error(let text, _):
            return ids.map { _ in .retry("the function failed: \(text)") }
        case .tooLarge:
            return ids.map { _ in
                .retry("the function answered more than \(LambdaSettings.answerLimit) bytes")
            }
        case .response(let bytes):
            guard reportsFailures else { return ids.map { _ in .done } }
            switch BatchResponse.read(bytes, ids: Set(ids)) {
            case .failed(let failed):
                return ids.map {
                    failed.contains($0)
                        ? .retry("the function reported the message as failed") : .done
                }
            case .invalid(let problem):
                return ids.map { _ in
                    .retry(
                        "the function's answer cannot be used, so the whole batch is tried again: "
                            + problem)
                }
            }
        }
    }
}
