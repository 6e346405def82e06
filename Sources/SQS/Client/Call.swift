/// One call of an operation, as far as all operations are alike.
struct Call {
    let operation: Operation
    /// The queue that the call is about; nil where it is about none that has a URL.
    var queueURL: String?
    /// What the call is about, where that has no URL, for people: the name of the queue.
    private var name: String?
    var timeout = SQSClient.answerTimeout
    var retry = CallRetries.standard

    init(_ operation: Operation, queueURL: String) {
        self.operation = operation
        self.queueURL = queueURL
    }

    /// - Parameter subject: nil for a call about no queue in particular.
    init(_ operation: Operation, subject: String?) {
        self.operation = operation
        name = subject
    }

    /// The beginning of an error's text: `ReceiveMessage of queue “orders”`.
    var description: String {
        // The name is the last component of the path.
        let component = queueURL?.split(separator: "/").last.map(String.init)
        guard let subject = name ?? component else { return operation.rawValue }
        return "\(operation.rawValue) of queue “\(subject)”"
    }
}
