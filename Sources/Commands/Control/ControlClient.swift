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
        /// Those of the service that are there, where none of them was asked for.
        let instances: [String]

        var description: String {
            let text = "no daemon runs: nobody answers at \(path)"
            guard !instances.isEmpty else { return text }
            return "\(text). There are instances, for --instance: "
                + instances.joined(separator: ", ")
        }
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

    /// Where it may be, in their order.
    private let paths: [String]
    private let instances: [String]

    /// - Parameters:
    ///   - candidates: the paths where the socket may be, at least one. One that a process left
    ///     behind when it was killed hides none of those that follow.
    ///   - instances: what may be meant where nobody answers.
    init(_ candidates: [String], instances: [String] = []) {
        self.instances = instances
        let present = candidates.filter { access($0, F_OK) == 0 || errno == EACCES }
        paths = present.isEmpty ? candidates.suffix(1) : present
    }

    /// - Parameter time: what the daemon may take.
    /// - Throws: where no daemon answers, or this user may not ask it.
    func ask(
        _ method: String, _ resource: String, within time: Duration
    ) async throws -> Answer {
        for path in paths.dropLast() {
            do {
                return try await ask(at: path, method, resource, within: time)
            } catch is NotRunning {
                continue
            }
        }
        return try await ask(at: paths.last ?? "", method, resource, within: time)
    }

    private func ask(
        at place: String, _ method: String, _ resource: String, within time: Duration
    ) async throws -> Answer {
        guard case .unix(let socket, let path)? = HTTPTarget("unix:\(place):\(resource)") else {
            throw CommandFailure(.configuration, "'\(place)' cannot be the path of a socket")
        }
        if access(place, R_OK | W_OK) != 0, errno == EACCES {
            throw CommandFailure(
                .denied,
                "\(place) may not be used by this user: only root, and the group of the service, "
                    + "may")
        }
        let transport = NIOTransport()
        let answer: Result<HTTPResponse, TransportError>
        do throws(TransportError) {
            answer = .success(
                try await transport.send(
                    HTTPRequest(
                        method: method, url: HTTPTarget.unix(socket: socket, path: path).url,
                        headers: ["Host": "localhost"], body: [], answerLimit: Self.answerLimit),
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
            throw NotRunning(path: place, instances: instances)
        case .failure(let error):
            throw CommandFailure(.temporary, "the daemon did not answer: \(error)")
        }
    }
}
