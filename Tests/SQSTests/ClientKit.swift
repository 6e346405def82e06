import AWS
import Foundation
import SQS
import SubscriberTesting
import Synchronization

let queueURL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"
let fifoURL = queueURL + ".fifo"

/// A client on a script, with what happened around it.
struct Scene {
    let transport: ScriptedTransport
    let journal = Journal()
    let client: SQSClient

    init(
        _ script: [Result<HTTPResponse, TransportError>],
        endpoint: SQSEndpoint = .regional("https://sqs.eu-west-1.amazonaws.com"),
        quota: Int = .max
    ) {
        let transport = ScriptedTransport(script)
        let journal = self.journal
        self.transport = transport
        client = SQSClient(
            transport: transport, endpoint: endpoint,
            authorize: { (request) throws(SQSError) in
                var request = request
                request.headers["Authorization"] =
                    "signature \(journal.count { $0 == .invalidated })"
                return request
            },
            invalidateCredentials: { journal.add(.invalidated) },
            pacing: JournalPacing(journal: journal, quota: quota),
            onCorrupted: { journal.add(.corrupted($0)) })
    }

    /// The only request that was sent.
    var request: HTTPRequest? {
        transport.sent.count == 1 ? transport.sent.first?.request : nil
    }

    /// The JSON that was sent, as Foundation reads it.
    var input: NSDictionary? {
        request.flatMap {
            try? JSONSerialization.jsonObject(with: Data($0.body)) as? NSDictionary
        }
    }
}

/// What a client did besides sending, in order.
final class Journal: Sendable {
    enum Entry: Equatable {
        case invalidated
        case paid(SQSError.Kind)
        case paused(attempt: Int, SQSError.Kind)
        case succeeded(after: SQSError.Kind?)
        case corrupted(CorruptedMessage)
    }

    private let kept = Mutex<[Entry]>([])

    var entries: [Entry] { kept.withLock { $0 } }

    func add(_ entry: Entry) { kept.withLock { $0.append(entry) } }

    func count(where matches: (Entry) -> Bool) -> Int { entries.count(where: matches) }
}

/// Pays from a fixed quota and never waits.
struct JournalPacing: RetryPacing {
    let journal: Journal
    let quota: Int

    func allowsRetry(after kind: SQSError.Kind) async -> Bool {
        let paid = journal.count { if case .paid = $0 { true } else { false } }
        guard paid < quota else { return false }
        journal.add(.paid(kind))
        return true
    }

    func pause(afterAttempt attempt: Int, kind: SQSError.Kind) async throws {
        try Task.checkCancellation()
        journal.add(.paused(attempt: attempt, kind))
    }

    func succeeded(afterRetryFor kind: SQSError.Kind?) async {
        journal.add(.succeeded(after: kind))
    }
}

/// An error as SQS answers it in the JSON protocol.
func errorAnswer(
    _ type: String, _ message: String = "", status: Int = 400, query: String? = nil
) -> Result<HTTPResponse, TransportError> {
    var headers: HTTPHeaders = ["x-amzn-RequestId": "request-1"]
    if let query { headers["x-amzn-query-error"] = query + ";Sender" }
    return .answer(
        #"{"__type":"\#(type)","message":"\#(message)"}"#, status: status, headers: headers)
}
