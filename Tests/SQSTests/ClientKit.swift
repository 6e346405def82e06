import Foundation
import HTTP
import MessageHandling
import SQS
import Synchronization
import TestKit

let queueURL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"
let fifoURL = queueURL + ".fifo"

/// The queue with this URL.
func queue(_ url: String = queueURL) -> Queue {
    Queue(name: url.split(separator: "/").last.map(String.init) ?? url, url: url)
}

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
            sign: { (request) throws(SQSError) in
                var request = request
                request.headers["Authorization"] =
                    "signature \(journal.count { $0 == .refused })"
                return SignedRequest(request) { journal.add(.refused) }
            },
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
        case refused
        case paid(SQSError.Kind)
        case paused(failures: Int, SQSError.Kind)
        case succeeded(lastCost: Int?)
        case corrupted(CorruptedMessage)
    }

    private let kept = Mutex<[Entry]>([])

    var entries: [Entry] { kept.withLock { $0 } }

    func add(_ entry: Entry) { kept.withLock { $0.append(entry) } }

    func count(where matches: (Entry) -> Bool) -> Int { entries.count(where: matches) }
}

/// Pays from a fixed quota, 7, then 14 and so on, and never waits.
struct JournalPacing: RetryPacing {
    let journal: Journal
    let quota: Int

    func takeRetry(after failure: SQSError) async -> Int? {
        let paid = journal.count { if case .paid = $0 { true } else { false } }
        guard paid < quota else { return nil }
        journal.add(.paid(failure.kind))
        return 7 * (paid + 1)
    }

    func pause(afterFailures failures: Int, last failure: SQSError) async throws {
        try Task.checkCancellation()
        journal.add(.paused(failures: failures, failure.kind))
    }

    func succeeded(lastCost: Int?) {
        journal.add(.succeeded(lastCost: lastCost))
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
