import Dispatch
import Glibc

/// Takes finished log entries off the threads that log, and writes them in order on one of its own.
///
/// A reader that does not read (a paused terminal, a full pipe, a stopped journald) blocks that one
/// thread; whoever logs waits for a lock at most. Entries for which there is no room are dropped
/// and counted, and as soon as the reader goes on a report stands in their place. So it is with
/// entries that the reader refuses, or that nobody is there to read: the report comes as soon as
/// one is taken again, with the next entry or within ``reportInterval``.
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
    /// How often a report that was refused is tried again. Nothing else waits for it.
    package static let reportInterval = Duration.seconds(5)

    private let backlog: LogBacklog

    /// - Parameters:
    ///   - reportInterval: tests shorten it.
    ///   - reportLoss: writes down what was lost, and says whether it could. Called on the queue's
    ///     own thread, so it writes at once and logs nothing through this queue.
    package init(
        reportInterval: Duration = LogQueue.reportInterval,
        reportLoss: @escaping @Sendable (LogLoss) -> Bool
    ) {
        let backlog = LogBacklog(reportLoss: reportLoss, reportInterval: reportInterval)
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
    ///   - write: hands the entry to its reader, and says whether it was taken; may block.
    package func append(bytes: Int, _ write: @escaping @Sendable () -> Bool) {
        backlog.append(bytes: bytes, write)
    }

    /// Waits until everything that was appended before is written, and what was lost reported.
    /// - Returns: whether it was, in the time given.
    @discardableResult
    package func flush(within patience: Duration) -> Bool {
        let written = DispatchSemaphore(value: 0)
        backlog.appendMark { written.signal() }
        let deadline = DispatchTime.now() + .microseconds(Int(patience.wholeMicroseconds))
        return written.wait(timeout: deadline) == .success
    }
}

/// Entries that were lost, one after the other: dropped for want of room, or refused.
package struct LogLoss: Sendable {
    package enum Cause: Sendable {
        /// The reader did not read, and there was no room for more.
        case unread
        /// The reader did not take them, or was not there.
        case refused
    }

    package let count: Int
    package let cause: Cause
    let start: timespec
    private let end: timespec

    init(_ count: Int, _ cause: Cause, from start: timespec, until end: timespec) {
        self.count = count
        self.cause = cause
        self.start = start
        self.end = end
    }

    /// When the first of them was lost, in local time.
    package var since: String { "\(LocalTime(start))" }
    /// When there was room again, or one was taken again, in local time.
    package var until: String { "\(LocalTime(end))" }
}
