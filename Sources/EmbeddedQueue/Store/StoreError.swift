package import SQS

/// Why a request, or one entry of a batch, was refused: the code of Amazon SQS and its words.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    package let code: SQSErrorCode
    /// What is wrong, in the manner of the service, for the caller to read.
    package let message: String

    init(_ code: SQSErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.queryCode): \(message)" }
}

extension StoreError {
    static let noSuchQueue = StoreError(
        .queueDoesNotExist, "The specified queue does not exist.")

    /// A handle that no queue gave, or another queue.
    static func unknownHandle(_ handle: String) -> StoreError {
        StoreError(
            .receiptHandleIsInvalid,
            "The input receipt handle \"\(handle)\" is not a valid receipt handle.")
    }

    /// FIFO queues: the handle's visibility timeout is over.
    static func expiredHandle(_ handle: String) -> StoreError {
        value(handle, of: "ReceiptHandle", "The receipt handle has expired.")
    }

    /// The message was deleted, or received again since.
    static func supersededHandle(_ handle: String) -> StoreError {
        value(
            handle, of: "ReceiptHandle",
            "Message does not exist or is not available for visibility timeout change.")
    }

    static func value(_ value: String, of parameter: String, _ reason: String) -> StoreError {
        StoreError(
            .invalidParameterValue,
            "Value \(value) for parameter \(parameter) is invalid. Reason: \(reason)")
    }

    static func notForThisQueue(_ value: String, of parameter: String) -> StoreError {
        .value(
            value, of: parameter,
            "The request include parameter that is not valid for this queue type.")
    }

    static func missing(_ parameter: String) -> StoreError {
        StoreError(
            .missingParameter, "The request must contain the parameter \(parameter).")
    }

    static func unknownAttribute(_ name: String) -> StoreError {
        StoreError(.invalidAttributeName, "Unknown Attribute \(name).")
    }
}
