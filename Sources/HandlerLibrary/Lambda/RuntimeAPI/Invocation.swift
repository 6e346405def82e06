/// One event on its way to a function.
package struct Invocation: Sendable, Equatable {
    let requestID: String
    /// When the function's time is over: milliseconds since 1970-01-01 UTC.
    let deadline: Int64
    let functionARN: String
    let traceID: String
    /// The event, JSON.
    let event: [UInt8]

    package init(
        requestID: String, deadline: Int64, functionARN: String, traceID: String, event: [UInt8]
    ) {
        self.requestID = requestID
        self.deadline = deadline
        self.functionARN = functionARN
        self.traceID = traceID
        self.event = event
    }

    /// The answer to the request for an invocation.
    package var answer: RuntimeAnswer {
        RuntimeAnswer(
            status: 200,
            headers: [
                ("Content-Type", "application/json"),
                ("Lambda-Runtime-Aws-Request-Id", requestID),
                ("Lambda-Runtime-Deadline-Ms", String(deadline)),
                ("Lambda-Runtime-Invoked-Function-Arn", functionARN),
                ("Lambda-Runtime-Trace-Id", traceID),
            ], body: event)
    }
}
