import SQS

extension MessageQueue {
    /// DeleteMessage. On a standard queue the latest handle deletes, in flight or not, and an older
    /// one succeeds without effect; on a FIFO queue a handle is good for as long as its message is
    /// in flight. Deleting what is gone succeeds.
    mutating func delete(_ text: String, at now: StoreInstant) throws(StoreError) {
        let handle = try handle(text)
        guard let record = messages[handle.serial] else { return }
        let isLatest = record.receives.lease?.nonce == handle.nonce
        if isFIFO, !isLatest || !record.state.isInFlight { throw .expiredHandle(text) }
        guard isLatest else { return }
        remove(handle.serial)
        note(.deleted, record, at: now)
    }

    /// ChangeMessageVisibility: 0 releases. The new timeout counts from now, and may not reach
    /// beyond 12 h from the receive.
    ///
    /// A standard queue takes any handle that it gave for the message: one whose time is over, as
    /// long as the message is there, and an older one while somebody else has the message. Recorded
    /// from Amazon SQS.
    mutating func changeVisibility(
        _ text: String, to timeout: Duration, at now: StoreInstant
    ) throws(StoreError) {
        try Self.checkVisibilityTimeout(timeout)
        let handle = try handle(text)
        guard var record = messages[handle.serial], let lease = record.receives.lease,
            lease.nonce == handle.nonce || !isFIFO
        else { throw .supersededHandle(text) }
        if isFIFO, !record.state.isInFlight { throw .expiredHandle(text) }
        guard now + timeout <= lease.receivedAt + StoreLimits.visibilityTimeout else {
            throw .value(
                String(timeout.wholeSeconds), of: "VisibilityTimeout",
                """
                Total VisibilityTimeout for the message is beyond the limit \
                [\(StoreLimits.visibilityTimeout.wholeSeconds) seconds]
                """)
        }
        if lease.nonce != handle.nonce { note(.changedByOlderHandle, record, at: now) }
        record.receives.lease?.isChanged = true
        update(handle.serial, record)
        if timeout == .zero {
            if record.state.isInFlight { becomeVisible(handle.serial, at: now) }
        } else {
            move(handle.serial, to: .inFlight(until: now + timeout))
        }
    }

    static func checkVisibilityTimeout(_ timeout: Duration) throws(StoreError) {
        guard (.zero...StoreLimits.visibilityTimeout).contains(timeout) else {
            throw .value(
                String(timeout.wholeSeconds), of: "VisibilityTimeout",
                "Must be between 0 and \(StoreLimits.visibilityTimeout.wholeSeconds), if provided.")
        }
    }

    private func handle(_ text: String) throws(StoreError) -> ReceiptHandle {
        guard let handle = ReceiptHandle(text), handle.queue == tag else {
            throw .unknownHandle(text)
        }
        return handle
    }
}
