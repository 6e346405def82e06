import NIOCore
import Synchronization

/// The open connections of one server.
final class OpenConnections: Sendable {
    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var isOver = false
    }

    private let most: Int
    private let state = Mutex(State())

    init(most: Int) {
        self.most = most
    }

    /// Keeps the connection until it is closed; one too many, or one that comes after ``close()``,
    /// is closed at once.
    func add(_ channel: any Channel) {
        let isKept = state.withLock { state in
            guard !state.isOver, state.open.count < most else { return false }
            state.open[ObjectIdentifier(channel)] = channel
            return true
        }
        guard isKept else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { $0.open[ObjectIdentifier(channel)] = nil }
        }
    }

    func close() {
        let open = state.withLock { state in
            defer { state = State(open: [:], isOver: true) }
            return state.open
        }
        for channel in open.values { channel.close(promise: nil) }
    }
}
