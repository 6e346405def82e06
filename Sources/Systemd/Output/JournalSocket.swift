import CSystemd

/// The way to journald for what must not be lost.
///
/// ``JournalEntry/send()`` is for log lines: it returns when the entry is in journald's socket, and
/// what is in there when the socket is closed is lost unseen. This waits until journald has read
/// it. What journald makes of it then is a matter of its settings: an entry that exceeds its rate
/// limit, or for which its disk has no room, is dropped by it all the same.
package struct JournalSocket: Sendable {
    /// How long one call waits for journald. It reads within a millisecond and is back after a
    /// restart within a second or two; one that does not read for longer is in trouble that the
    /// operator must hear of. Little beside the time that a stop has.
    package static let patience = Duration.seconds(5)
    /// The largest entry that is trusted to journald. It drops one that does not fit into a file of
    /// its journal, and tells nobody: by default a file becomes an eighth as large as the journal,
    /// 128 MiB at most (`SystemMaxFileSize=`, journald.conf(5)).
    package static let entryBytes = 32 << 20

    /// The socket of the system's journald.
    package static let system = JournalSocket(
        path: LogDestination.journalSocket,
        mark: "/run/systemd/units/invocation:systemd-journald.service")

    private let path: String
    private let mark: String?
    private let patience: Duration

    /// - Parameters:
    ///   - mark: a file that is there for as long as journald runs. Without one an entry may be
    ///     taken for read that systemd threw away as it stopped journald and its sockets.
    ///   - patience: how long one call waits for journald.
    package init(
        path: String, mark: String? = nil, patience: Duration = JournalSocket.patience
    ) {
        self.path = path
        self.mark = mark
        self.patience = patience
    }

    /// Returns when journald has read the entry. Blocks the thread, until the task is cancelled or
    /// journald's time is over; the entry may be read later still then.
    package func write(_ entry: JournalEntry) throws(OutputFailure) {
        try deliver(entry.datagram, within: patience)
    }

    /// Returns when journald has shown that it reads. Enters nothing.
    package func check() throws(OutputFailure) {
        try deliver([], within: patience / 2)
    }

    private func deliver(_ bytes: [UInt8], within patience: Duration) throws(OutputFailure) {
        let result = bytes.withUnsafeBufferPointer { buffer in
            sqs_journal_deliver(
                path, mark, buffer.baseAddress, buffer.count,
                UInt32(clamping: patience.wholeMicroseconds / 1000)
            ) { Task.isCancelled }
        }
        guard result == 0 else { throw OutputFailure(code: result) }
    }
}
