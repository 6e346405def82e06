/// What the process takes of its machine.
package struct ProcessReport: Sendable {
    package var residentBytes = 0
    package var descriptors = 0
    package var mostDescriptors = 0
    package var threads = 0
    package var processorSeconds = 0.0

    package init() {}
}

/// Requests to AWS, by operation.
package struct RequestReport: Sendable {
    package let operation: String
    /// How many ended in which way: `ok`, `client_error`, `server_error`, `network`, `cancelled`.
    package var results: [String: Int] = [:]
    package var durations = DurationHistogram()

    package init(operation: String) {
        self.operation = operation
    }

    /// One request ended so, after that time.
    package mutating func note(_ result: String, seconds: Double) {
        results[result, default: 0] += 1
        durations.note(seconds)
    }
}
