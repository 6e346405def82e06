/// The receives of the last five minutes that carried a `ReceiveRequestAttemptId`, with what each
/// took, so that one whose answer was lost can be repeated.
typealias ReceiveAttempts = TimedMemory<String, [AttemptLease]>

/// One message that a receive took.
struct AttemptLease: Sendable, Equatable {
    let serial: UInt64
    let nonce: UInt64
}
