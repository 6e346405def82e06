import Dispatch
import NIOCore
import Synchronization

/// Gives memory back when clients have become quiet. What their requests took is free by then, and
/// the allocator would keep it for the next that are as many.
extension StoreDriver {
    struct Activity {
        var isWatched = false
        /// The latest caller at the last look.
        var seen: UInt64 = 0
        /// The latest caller when memory was last given back.
        var released: UInt64 = 0
    }

    /// The time between two looks while there are requests: long beside what giving back takes.
    private static let interval = TimeAmount.seconds(1)
    /// The most requests between two looks that leave the processor time for it.
    private static let quietRequests: UInt64 = 100
    /// The fewest requests whose memory is worth the work.
    private static let requestsWorthIt: UInt64 = 100

    /// Has somebody look whether it is quiet, unless somebody does.
    func watch(_ state: inout State) {
        guard !state.activity.isWatched, onQuiet != nil else { return }
        state.activity.isWatched = true
        eventLoop.scheduleTask(in: Self.interval) { self.look() }
    }

    private func look() {
        let isTime = state.withLock { state in
            let requests = state.lastCaller - state.activity.seen
            state.activity.seen = state.lastCaller
            state.activity.isWatched = false
            guard requests <= Self.quietRequests else {
                watch(&state)
                return false
            }
            guard state.lastCaller - state.activity.released >= Self.requestsWorthIt else {
                return false
            }
            state.activity.released = state.lastCaller
            return true
        }
        guard isTime else { return }
        // The network's thread has better things to do.
        writer.async {
            self.file.withLock { $0?.releaseMemory() }
            self.onQuiet?()
        }
    }
}
