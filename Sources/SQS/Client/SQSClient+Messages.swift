import JSON
package import MessageHandling

// The operations on messages in the forms that a subscriber uses: receives and batches.
extension SQSClient {
    package func receive(_ request: ReceiveRequest) async throws(SQSError) -> [Message] {
        var call = Call(.receiveMessage, queueURL: request.queue.url)
        call.timeout = request.waitTime + Self.longPollMargin
        call.retry = .once
        let received = try await self.call(call) { body in
            body.receive(request)
        } read: { (answer) throws(JSONError) in
            try answer.received(from: request.queue)
        }
        received.withheld.forEach(onCorrupted)
        return received.sound
    }

    package func delete(
        _ entries: [DeleteEntry], from queueURL: String
    ) async throws(SQSError) -> BatchResult<Void> {
        var call = Call(.deleteMessageBatch, queueURL: queueURL)
        call.retry = .once
        return try await batch(call, ids: entries.map(\.id)) { body in
            for entry in entries {
                body.object { body in
                    body.member("Id", entry.id)
                    body.member("ReceiptHandle", entry.receiptHandle)
                }
            }
        } success: { _ in
            .success(())
        }
    }

    package func changeVisibility(
        _ entries: [VisibilityEntry], in queueURL: String
    ) async throws(SQSError) -> BatchResult<Void> {
        var call = Call(.changeMessageVisibilityBatch, queueURL: queueURL)
        call.retry = .once
        return try await batch(call, ids: entries.map(\.id)) { body in
            for entry in entries {
                body.object { body in
                    body.member("Id", entry.id)
                    body.member("ReceiptHandle", entry.receiptHandle)
                    body.member("VisibilityTimeout", entry.timeout.wholeSeconds)
                }
            }
        } success: { _ in
            .success(())
        }
    }

    package func send(
        _ entries: [SendEntry], to queueURL: String
    ) async throws(SQSError) -> BatchResult<SentMessage> {
        let sent = Dictionary(entries.map { ($0.id, $0) }) { first, _ in first }
        var call = Call(.sendMessageBatch, queueURL: queueURL)
        call.timeout = Self.uploadTimeout
        return try await batch(call, ids: entries.map(\.id)) { body in
            for entry in entries {
                body.object { body in
                    body.member("Id", entry.id)
                    body.content(of: entry)
                }
            }
        } success: { receipt in
            sent[receipt.id].map(receipt.verified(against:)) ?? .success(receipt.message)
        }
    }

    /// A batch call and its answer, entry by entry.
    private func batch<Success>(
        _ call: Call, ids: [String], entries: (inout JSONWriter) -> Void,
        success: (Receipt) -> Result<Success, SQSError>
    ) async throws(SQSError) -> BatchResult<Success> {
        let answer = try await self.call(call) { body in
            body.member("QueueUrl", call.queueURL ?? "")
            body.name("Entries")
            body.array(entries)
        } read: { (answer) throws(JSONError) in
            try answer.batch()
        }
        var result = BatchResult<Success>()
        for receipt in answer.receipts {
            switch success(receipt) {
            case .success(let value): result.successful[receipt.id] = value
            case .failure(let error): result.failed[receipt.id] = error
            }
        }
        for failure in answer.failures {
            result.failed[failure.id] = SQSError(failure, in: call)
        }
        for id in ids where result.successful[id] == nil && result.failed[id] == nil {
            result.failed[id] = SQSError(
                .transient, code: "NoResult",
                "\(call.description): the answer leaves entry \(id) out.")
        }
        return result
    }
}

extension Duration {
    /// Rounded up: no lease is shorter than asked for.
    var wholeSeconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
