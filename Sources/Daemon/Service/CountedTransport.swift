import Control
import HTTP
import Synchronization

/// Counts the requests of an SQS client by their operations, and how long they took.
struct CountedTransport: Transport {
    private let transport: any Transport
    private let figures: RequestFigures

    init(_ transport: any Transport, _ figures: RequestFigures) {
        self.transport = transport
        self.figures = figures
    }

    func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let start = ContinuousClock.now
        do throws(TransportError) {
            let response = try await transport.send(request, timeout: timeout)
            figures.note(request, Self.result(of: response.status), since: start)
            return response
        } catch {
            figures.note(request, error.kind == .cancelled ? "cancelled" : "network", since: start)
            throw error
        }
    }

    func connect(to url: String) async throws(TransportError) {
        try await transport.connect(to: url)
    }

    private static func result(of status: Int) -> String {
        switch status {
        case ..<400: "ok"
        case ..<500: "client_error"
        default: "server_error"
        }
    }
}

/// What became of requests, by operation.
final class RequestFigures: Sendable {
    /// The reports, by what their requests say that they ask for.
    private let counted = Mutex<[String: RequestReport]>([:])

    var reports: [RequestReport] {
        counted.withLock { Array($0.values) }.sorted { $0.operation < $1.operation }
    }

    /// - Parameter result: as ``RequestReport`` names them.
    func note(_ request: HTTPRequest, _ result: String, since start: ContinuousClock.Instant) {
        let time = (ContinuousClock.now - start).inSeconds
        let target = request.headers["X-Amz-Target"] ?? ""
        counted.withLock { counted in
            counted[target, default: RequestReport(operation: Self.operation(of: target))]
                .note(result, seconds: time)
        }
    }

    /// `ReceiveMessage` of `AmazonSQS.ReceiveMessage`.
    private static func operation(of target: String) -> String {
        target.lastIndex(of: ".").map { String(target[$0...].dropFirst()) } ?? "unknown"
    }
}
