import Dispatch
import Glibc
import Synchronization

/// Takes finished log entries off the threads that log, and writes them in order on one of its own.
///
/// A reader that does not read (a paused terminal, a full pipe, a stopped journald) blocks that one
/// thread; whoever logs waits for a lock at most. Entries for which there is no room are dropped
/// and counted, and as soon as the reader goes on a report stands in their place.
///
/// Not guaranteed: a process that is killed or crashes loses what is queued. One that exits calls
/// ``flush(within:)`` first.
package final class LogQueue: Sendable {
    /// The most bytes that wait; as many again are with the reader, for the thread takes all that
    /// waits at once. Seconds of a busy log, and room for a message body of the largest size beside
    /// it, yet little memory for a daemon. One entry is taken whatever its size.
    package static let maximumBytes = 4 << 20
    /// The most entries that wait. Each costs some 200 bytes of its own: no more than
    /// ``maximumBytes`` for lines of any length.
    package static let maximumEntries = 16_384

    private let backlog: Backlog

    /// - Parameter reportLoss: writes down what was lost. Called on the queue's own thread, so it
    ///   writes at once and logs nothing through this queue.
    package init(reportLoss: @escaping @Sendable (LogLoss) -> Void) {
        let backlog = Backlog(reportLoss: reportLoss)
        self.backlog = backlog
        // A serial queue whose one block does not return is a thread with a name, and all signals
        // are blocked on a thread of Dispatch.
        DispatchQueue(label: "sqs-subscriber.log").async { backlog.writeUntilClosed() }
    }

    /// The thread writes what waits, and ends.
    deinit {
        backlog.close()
    }

    /// Queues an entry, or counts it as lost.
    ///
    /// - Parameters:
    ///   - bytes: what it holds in memory.
    ///   - write: hands the entry to its reader; may block.
    package func append(bytes: Int, _ write: @escaping @Sendable () -> Void) {
        backlog.append(bytes: bytes, write)
    }

    /// Waits until everything that was appended before is written, and what was lost reported.
    /// - Returns: whether it was, in the time given.
    @discardableResult
    package func flush(within patience: Duration) -> Bool {
        let written = DispatchSemaphore(value: 0)
        backlog.appendLast { written.signal() }
        let deadline = DispatchTime.now() + .microseconds(Int(patience.wholeMicroseconds))
        return written.wait(timeout: deadline) == .success
    }
}

/// Entries that were dropped, one after the other, for want of room.
package struct LogLoss: Sendable {
    package let count: Int
    fileprivate let start: timespec
    fileprivate let end: timespec

    /// When the first of them was dropped, in local time.
    package var since: String { "\(LocalTime(start))" }
    /// When there was room again, in local time.
    package var until: String { "\(LocalTime(end))" }
}

/// What waits, shared by those who append and the thread that writes.
private final class Backlog: Sendable {
    typealias Write = @Sendable () -> Void

    private struct State {
        var waiting: [Write] = []
        var bytes = 0
        var lost = 0
        var lostSince = timespec()
        var isThreadAsleep = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let arrived = DispatchSemaphore(value: 0)
    private let reportLoss: @Sendable (LogLoss) -> Void

    init(reportLoss: @escaping @Sendable (LogLoss) -> Void) {
        self.reportLoss = reportLoss
    }

    func append(bytes: Int, _ write: @escaping Write) {
        change { state in
            // Once one was dropped all are, until the thread has taken what waits: so that what is
            // missing is one gap, and its report stands in it.
            let hasRoom =
                state.lost == 0 && state.waiting.count < LogQueue.maximumEntries
                && state.bytes + bytes <= LogQueue.maximumBytes
            guard hasRoom || state.waiting.isEmpty else {
                if state.lost == 0 { state.lostSince = .now }
                state.lost += 1
                return
            }
            state.waiting.append(write)
            state.bytes += bytes
        }
    }

    /// After everything so far, whether there is room or not.
    func appendLast(_ write: @escaping Write) {
        change { state in
            endLoss(&state)
            state.waiting.append(write)
        }
    }

    func close() {
        change { $0.isClosed = true }
    }

    /// Waking costs a system call, so it is done only for a thread that sleeps.
    private func change(_ body: (inout State) -> Void) {
        let wakes = state.withLock { state in
            body(&state)
            defer { state.isThreadAsleep = false }
            return state.isThreadAsleep
        }
        if wakes { arrived.signal() }
    }

    func writeUntilClosed() {
        var batch: [Write] = []
        while take(into: &batch) {
            for write in batch { write() }
            batch.removeAll(keepingCapacity: true)
        }
    }

    /// Exchanges the empty batch for all that waits; sleeps until there is something.
    /// - Returns: false when nothing will come any more.
    private func take(into batch: inout [Write]) -> Bool {
        while true {
            let isOver = state.withLock { state in
                endLoss(&state)
                swap(&batch, &state.waiting)
                state.bytes = 0
                state.isThreadAsleep = batch.isEmpty && !state.isClosed
                return batch.isEmpty && state.isClosed
            }
            if isOver { return false }
            if !batch.isEmpty { return true }
            arrived.wait()
        }
    }

    /// Puts the report behind the last entry before the gap.
    private func endLoss(_ state: inout State) {
        guard state.lost > 0 else { return }
        let loss = LogLoss(count: state.lost, start: state.lostSince, end: .now)
        let report = reportLoss
        state.waiting.append { report(loss) }
        state.lost = 0
    }
}
