import CSystemd
import Glibc
import Synchronization

/// Writes whole lines to a descriptor, one after the other, from any thread.
///
/// A line that cannot be written is lost: there is no other place to say so. A descriptor that
/// blocks (a paused terminal, a pipe that nobody reads) blocks the writer, as it does every
/// program.
package final class LineWriter: Sendable {
    /// Where a daemon's text goes, and the only descriptor that everyone shares.
    package static let standardError = LineWriter(descriptor: STDERR_FILENO)
    /// How long a full non-blocking descriptor is waited for. Long enough for a reader that is
    /// busy, short enough not to trip the watchdog.
    package static let patience = Duration.seconds(1)

    private let descriptor: Int32
    private let patienceMilliseconds: UInt32
    /// The kernel keeps a long write to a pipe in one piece only while there is room for it.
    private let turn = Mutex(())

    /// - Parameter descriptor: open for as long as the writer is used; never closed by it.
    package init(descriptor: Int32, patience: Duration = LineWriter.patience) {
        self.descriptor = descriptor
        patienceMilliseconds = UInt32(clamping: patience.wholeMicroseconds / 1000)
    }

    func write(_ line: [UInt8]) {
        turn.withLock { _ in
            line.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return }
                _ = sqs_write_all(descriptor, start, buffer.count, patienceMilliseconds)
            }
        }
    }
}
