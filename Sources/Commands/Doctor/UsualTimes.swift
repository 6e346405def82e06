import Control
import Daemon
import JSON

/// How long the handlers of the running daemon take for a message, by what it has seen.
struct UsualTimes {
    /// The daemon answers at once, or has other troubles.
    private static let patience = Duration.seconds(5)

    /// The time within which 99 of 100 runs of the last 15 minutes ended, by handler. Empty where
    /// no daemon runs, or where this user may not ask it.
    let byHandler: [String: Duration]

    /// - Parameters:
    ///   - socket: the control socket that the configuration names.
    ///   - directory: the daemon's folder with its configuration; nil for the usual ones.
    static func ofDaemon(at socket: String?, configuredIn directory: String?) async -> UsualTimes {
        let candidates = ControlSocket.candidates(
            configured: socket, directory: directory, environment: ProcessEnvironment.current)
        guard !candidates.isEmpty,
            let answer = try? await ControlClient(candidates)
                .ask("GET", "/status", within: patience),
            answer.error == nil, case .list(let queues)? = answer.body["queues"]
        else { return UsualTimes(byHandler: [:]) }
        var times: [String: Duration] = [:]
        for queue in queues {
            guard case .list(let handlers)? = queue["handlers"] else { continue }
            for handler in handlers {
                guard let name = handler["name"]?.asText,
                    case .number(let text)? = handler["p99_seconds"], let seconds = Double(text)
                else { continue }
                times[name] = .seconds(seconds)
            }
        }
        return UsualTimes(byHandler: times)
    }
}
