package import HTTP
import Synchronization

/// A transport that answers from a script, in order, and keeps what it was asked.
///
/// A request beyond the end of the script is answered with an error that says so: a test that sends
/// more than it expects fails.
package final class ScriptedTransport: Transport {
    package struct Sent: Sendable, Equatable {
        package let request: HTTPRequest
        package let timeout: Duration
    }

    private struct State {
        var script: [Result<HTTPResponse, TransportError>]
        var sent: [Sent] = []
    }

    private let state: Mutex<State>

    package init(_ script: [Result<HTTPResponse, TransportError>]) {
        state = Mutex(State(script: script))
    }

    /// What was sent so far.
    package var sent: [Sent] { state.withLock { $0.sent } }

    package func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let answer = state.withLock { state -> Result<HTTPResponse, TransportError> in
            state.sent.append(Sent(request: request, timeout: timeout))
            guard !state.script.isEmpty else {
                return .failure(TransportError(.invalidURL, "the script has no more answers"))
            }
            return state.script.removeFirst()
        }
        return try answer.get()
    }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
    /// An answer with a text as its body.
    package static func answer(
        _ body: String, status: Int = 200, headers: HTTPHeaders = HTTPHeaders()
    ) -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
    }

    /// No answer.
    package static func failure(_ kind: TransportError.Kind) -> Self {
        .failure(TransportError(kind, "queue.test: \(kind)"))
    }
}
