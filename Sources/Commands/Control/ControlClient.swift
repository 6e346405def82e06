import Daemon
import Glibc
import HTTP
import HTTPTransport
import JSON

/// The way to a running daemon: requests to its control socket.
struct ControlClient {
    /// No daemon listens there.
    struct NotRunning: Error, CustomStringConvertible {
        let path: String

        var description: String { "no daemon runs: nobody answers at \(path)" }
    }

    /// An answer, and what is in it.
    struct Answer {
        let status: Int
        let body: JSONValue

        /// Why it was not done; nil where it was.
        var error: String? { status < 300 ? nil : body["error"]?.asText ?? "status \(status)" }

        func texts(_ name: String) -> [String] {
            guard case .list(let items)? = body[name] else { return [] }
            return items.compactMap(\.asText)
        }
    }

    /// The largest answer, some hundred queues and all that runs, is far below.
    private static let answerLimit = 64 << 20

    private let path: String

    /// - Parameter candidates: the paths where the socket may be.
    /// - Throws: where this user may not use the socket.
    init(_ candidates: [String]) throws(CommandFailure) {
        let present = candidates.first { access($0, F_OK) == 0 || errno == EACCES }
        path = present ?? candidates.last ?? ""
        guard present != nil, access(path, R_OK | W_OK) != 0, errno == EACCES else { return }
        throw CommandFailure(
            .denied,
            "\(path) may not be used by this user: only root, and the group of the service, may")
    }

    /// - Parameter time: what the daemon may take.
    func ask(
        _ method: String, _ resource: String, body: [UInt8] = [], within time: Duration
    ) async throws -> Answer {
        guard case .unix(let socket, let path)? = HTTPTarget("unix:\(path):\(resource)") else {
            throw CommandFailure(.configuration, "'\(path)' cannot be the path of a socket")
        }
        let transport = NIOTransport()
        let answer: Result<HTTPResponse, TransportError>
        do throws(TransportError) {
            answer = .success(
                try await transport.send(
                    HTTPRequest(
                        method: method, url: HTTPTarget.unix(socket: socket, path: path).url,
                        headers: ["Host": "localhost"], body: body, answerLimit: Self.answerLimit),
                    timeout: time))
        } catch {
            answer = .failure(error)
        }
        await transport.shutdown()
        switch answer {
        case .success(let response):
            let body = (try? JSONValue(parsing: response.body)) ?? .null
            return Answer(status: response.status, body: body)
        case .failure(let error) where error.kind == .unreachable:
            throw NotRunning(path: self.path)
        case .failure(let error):
            throw CommandFailure(.temporary, "the daemon did not answer: \(error)")
        }
    }
}
