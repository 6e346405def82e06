import CSystemd
import Glibc
import Synchronization

/// Writes whole lines to a descriptor, one after the other, from any thread.
///
/// A line that cannot be written is lost, and the caller told. A descriptor that is full (a paused
/// terminal, a pipe that nobody reads) is waited for, without limit and whether it blocks or not:
/// ``LogQueue`` keeps that away from who logs.
package final class LineWriter: Sendable {
    /// Where a daemon's text goes, and the only descriptor that everyone shares.
    package static let standardError = LineWriter(descriptor: STDERR_FILENO)

    private let descriptor: Int32
    /// The kernel keeps a long write to a pipe in one piece only while there is room for it.
    private let turn = Mutex(())

    /// - Parameter descriptor: open for as long as the writer is used; never closed by it.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// - Returns: whether the line was written.
    func write(_ line: [UInt8]) -> Bool {
        turn.withLock { _ in
            line.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return true }
                return sqs_write_all(descriptor, start, buffer.count) == 0
            }
        }
    }
}
