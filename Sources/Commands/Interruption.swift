import Daemon
import Glibc
import Synchronization

/// A stop that was asked for, by Ctrl-C or SIGTERM, of a command that ends between two steps only.
final class Interruption: Sendable {
    private let requested = Atomic(false)

    var isRequested: Bool { requested.load(ordering: .relaxed) }

    private init() {}

    /// Does work that looks for a stop by itself. A second signal ends the process at once.
    static func watching<Value>(
        _ work: (Interruption) async throws -> Value
    ) async rethrows -> Value {
        let interruption = Interruption()
        let listener = SignalListener()
        await listener.start()
        let watch = Task {
            for await signal in listener.signals where signal == .stop {
                interruption.request()
            }
        }
        defer { watch.cancel() }
        return try await work(interruption)
    }

    private func request() {
        if requested.exchange(true, ordering: .relaxed) { _exit(ExitStatus.temporary.rawValue) }
        Terminal.line("Stopping after what is under way; once more stops at once.", to: .error)
    }
}
