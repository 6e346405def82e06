import CSystemd
import Glibc

/// The socket on which the service manager is told things. Open for as long as it lives, so that a
/// process that has no descriptor left can still say that it is alive.
final class NotifySocket: Sendable {
    /// Negative: why there is none.
    private let descriptor: Int32

    /// - Parameter timeout: how long a call may wait for room in the receiver's queue.
    init(timeout: Duration) {
        descriptor = sqs_notify_open(UInt32(clamping: timeout.wholeMicroseconds / 1000))
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// One datagram. Answers 0, or a negative errno value.
    func send(_ message: [UInt8], to address: String) -> Int32 {
        guard descriptor >= 0 else { return descriptor }
        return message.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { sqs_notify_send(descriptor, address, $0, buffer.count) } ?? 0
        }
    }
}
