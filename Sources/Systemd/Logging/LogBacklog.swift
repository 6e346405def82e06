import Dispatch
import Glibc
import Synchronization

/// What waits to be written to the log, shared by those who append and the thread that writes.
final class LogBacklog: Sendable {
    typealias Write = @Sendable () -> Bool

    private enum Item {
        case entry(Write)
        /// What stands in the place of entries that found no room.
        case loss(LogLoss)
        /// Is told that all before it was written.
        case mark(@Sendable () -> Void)
    }

    private struct State {
        var waiting: [Item] = []
        var bytes = 0
        var lost = 0
        var lostSince = timespec()
        var isThreadAsleep = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let arrived = DispatchSemaphore(value: 0)
    private let reportLoss: @Sendable (LogLoss) -> Bool
    private let reportInterval: Duration

    init(reportLoss: @escaping @Sendable (LogLoss) -> Bool, reportInterval: Duration) {
        self.reportLoss = reportLoss
        self.reportInterval = reportInterval
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
            state.waiting.append(.entry(write))
            state.bytes += bytes
        }
    }

    /// Has `mark` called when everything so far was written, whether there is room or not.
    func appendMark(_ mark: @escaping @Sendable () -> Void) {
        change { state in
            endLoss(&state)
            state.waiting.append(.mark(mark))
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
        var batch: [Item] = []
        var refusals = LogRefusals()
        while take(into: &batch, &refusals) {
            for item in batch { carryOut(item, &refusals) }
            batch.removeAll(keepingCapacity: true)
        }
    }

    private func carryOut(_ item: Item, _ refusals: inout LogRefusals) {
        switch item {
        case .entry(let write):
            if write() {
                report(&refusals)
            } else {
                refusals.add(1, since: .now)
            }
        case .loss(let loss):
            if !reportLoss(loss) { refusals.add(loss.count, since: loss.start) }
        case .mark(let mark):
            report(&refusals)
            mark()
        }
    }

    private func report(_ refusals: inout LogRefusals) {
        guard let loss = refusals.loss(until: .now), reportLoss(loss) else { return }
        refusals = LogRefusals()
    }

    /// Exchanges the empty batch for all that waits; sleeps until there is something.
    /// - Returns: false when nothing will come any more.
    private func take(into batch: inout [Item], _ refusals: inout LogRefusals) -> Bool {
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
            sleep(&refusals)
        }
    }

    /// Waits until something arrives, or it is time to try again a report that was refused.
    private func sleep(_ refusals: inout LogRefusals) {
        guard refusals.loss(until: .now) != nil else { return arrived.wait() }
        let interval = Int(reportInterval.wholeMicroseconds)
        if arrived.wait(timeout: .now() + .microseconds(interval)) == .timedOut {
            report(&refusals)
        }
    }

    /// Puts the report behind the last entry before the gap.
    private func endLoss(_ state: inout State) {
        guard state.lost > 0 else { return }
        state.waiting.append(
            .loss(LogLoss(state.lost, .unread, from: state.lostSince, until: .now)))
        state.lost = 0
    }
}

/// Entries that were refused since one was taken.
private struct LogRefusals {
    private var count = 0
    private var start = timespec()

    mutating func add(_ count: Int, since start: timespec) {
        if self.count == 0 { self.start = start }
        self.count += count
    }

    /// Nil where there is nothing to report.
    func loss(until end: timespec) -> LogLoss? {
        count == 0 ? nil : LogLoss(count, .refused, from: start, until: end)
    }
}
