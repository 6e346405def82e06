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

    /// Returns when every connection is closed: those of requests that have not been answered at
    /// the latest after that time, all others at once.
    func close(after patience: Duration) async {
        let open = state.withLock { state in
            defer { state = State(open: [:], isOver: true) }
            return state.open.values
        }
        for channel in open {
            if patience > .zero {
                channel.pipeline.fireUserInboundEventTriggered(ServerEnds())
                channel.eventLoop.scheduleTask(in: TimeAmount(patience)) {
                    channel.close(promise: nil)
                }
            } else {
                channel.close(promise: nil)
            }
        }
        for channel in open { try? await channel.closeFuture.get() }
    }
}
