package import HTTP
import JSON

/// Speaks to Amazon SQS, or a server compatible with it, in the AWS JSON 1.0 protocol.
///
/// Every call but ``receive(_:)`` is tried up to three times when the trouble may pass. A
/// repetition after a lost answer can carry a send out twice, as with every SQS client; FIFO queues
/// drop the second by its deduplication id. Digests are checked: see ``CorruptedMessage``.
package struct SQSClient: QueueService {
    /// How long an answer may take, for requests that neither poll nor upload: shorter than the
    /// default visibility timeout of 30 s, so that a renewal on a dead connection can be repeated
    /// in time.
    package static let answerTimeout: Duration = .seconds(10)
    /// How long an answer may take to a request with up to 1 MiB of body: 35 kB/s suffices.
    package static let uploadTimeout: Duration = .seconds(30)
    /// How much longer than its poll a receive may take: connecting, and 10 MiB of answer.
    package static let longPollMargin: Duration = .seconds(15)

    /// The size of a request to delete ten messages, about: of those that are sent again and again
    /// the largest.
    private static let usualRequest = 4 << 10

    private let transport: any Transport
    private let endpoint: SQSEndpoint
    private let userAgent: String
    private let sign: @Sendable (HTTPRequest) async throws(SQSError) -> SignedRequest
    private let pacing: any RetryPacing
    let onCorrupted: @Sendable (CorruptedMessage) -> Void

    /// - Parameters:
    ///   - sign: finds credentials and signs the request, for every attempt anew. Its errors end
    ///     the call: whoever finds credentials repeats by itself.
    ///   - onCorrupted: called for each message that is withheld from a receive's answer.
    package init(
        transport: any Transport,
        endpoint: SQSEndpoint,
        userAgent: String = "sqs-subscriber",
        sign: @escaping @Sendable (HTTPRequest) async throws(SQSError) -> SignedRequest,
        pacing: any RetryPacing,
        onCorrupted: @escaping @Sendable (CorruptedMessage) -> Void
    ) {
        self.transport = transport
        self.endpoint = endpoint
        self.userAgent = userAgent
        self.sign = sign
        self.pacing = pacing
        self.onCorrupted = onCorrupted
    }

    /// One operation, from its input to its answer, with what repetitions its policy allows.
    ///
    /// - Parameter read: reads the answer. An answer that it cannot read counts as a failed
    ///   attempt.
    func call<Answer>(
        _ call: Call, body: (inout JSONWriter) -> Void,
        read: (inout JSONReader) throws(JSONError) -> Answer
    ) async throws(SQSError) -> Answer {
        let request = try request(for: call, body: body)
        var attempt = 1
        var credentialsAreFresh = false
        var lastCost: Int?
        while true {
            let signed = try await sign(request)
            let failure: SQSError
            do throws(SQSError) {
                let answer = try await exchange(signed.request, for: call, read: read)
                pacing.succeeded(lastCost: lastCost)
                return answer
            } catch {
                failure = error
            }
            if failure.kind == .credentials { await signed.credentialsRefused() }
            switch call.retry.step(
                after: failure.kind, attempt: attempt, credentialsAreFresh: credentialsAreFresh)
            {
            case .giveUp: throw failure
            case .repeatWithFreshCredentials: credentialsAreFresh = true
            case .pauseAndRepeat:
                lastCost = await pacing.takeRetry(after: failure)
                if lastCost == nil { throw failure }
                try await pause(afterFailures: attempt, last: failure)
            }
            attempt += 1
        }
    }
}

extension SQSClient {
    private func request(
        for call: Call, body: (inout JSONWriter) -> Void
    ) throws(SQSError) -> HTTPRequest {
        var writer = JSONWriter(capacity: Self.usualRequest)
        writer.object(body)
        return HTTPRequest(
            url: try endpoint.url(forQueue: call.queueURL),
            headers: [
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": call.operation.target,
                "User-Agent": userAgent,
            ],
            body: writer.bytes)
    }

    /// One request and its answer.
    private func exchange<Answer>(
        _ request: HTTPRequest, for call: Call,
        read: (inout JSONReader) throws(JSONError) -> Answer
    ) async throws(SQSError) -> Answer {
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(request, timeout: call.timeout)
        } catch {
            throw SQSError(error, in: call)
        }
        guard response.status == 200 else { throw SQSError(response, in: call) }
        do throws(JSONError) {
            // One odd message must not make the other nine unreadable: its digest tells.
            return try JSONReader.read(response.body, takesControls: true, read)
        } catch {
            throw SQSError(unreadable: response, because: error, in: call)
        }
    }

    private func pause(
        afterFailures failures: Int, last failure: SQSError
    ) async throws(SQSError) {
        do {
            try await pacing.pause(afterFailures: failures, last: failure)
        } catch {
            throw SQSError(
                .cancelled, code: "cancelled", "Cancelled before a repetition. \(failure)")
        }
    }
}
