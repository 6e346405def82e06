/// A receive with everything settled that the queue or the store decides.
struct Taking: Sendable {
    let maximum: Int
    let visibilityTimeout: Duration
    let attemptID: String?
    /// Messages received that often are not delivered again; nil where there is nowhere to put
    /// them.
    let receiveLimit: Int?
    let now: StoreInstant
}

/// What a receive took.
struct Taken: Sendable {
    var messages: [DeliveredMessage] = []
    /// Removed from the queue for its dead-letter queue.
    var exhausted: [MessageRecord] = []
}

extension MessageQueue {
    /// Puts up to that many visible messages in flight, fewer where the limit of messages in flight
    /// is near. A receive that repeats an attempt gets that one's messages again.
    mutating func take(_ taking: Taking, _ random: inout StoreRandom) -> Taken {
        if let repeated = repeatAttempt(taking) { return Taken(messages: repeated) }
        let room = min(taking.maximum, StoreLimits.inFlight - counts.inFlight)
        var taken = Taken()
        guard room > 0, counts.visible > 0 else { return taken }
        var leases: [AttemptLease] = []
        deliver { queue, serial in
            guard let lease = queue.hand(serial, taking, &random, to: &taken) else { return true }
            leases.append(lease)
            return leases.count < room
        }
        if let id = taking.attemptID, !leases.isEmpty {
            remember(
                ReceiveAttempts.Entry(
                    key: id, value: leases, until: taking.now + StoreLimits.deduplication))
        }
        return taken
    }

    /// Delivers the message, or removes it where it was received too often.
    private mutating func hand(
        _ serial: UInt64, _ taking: Taking, _ random: inout StoreRandom, to taken: inout Taken
    ) -> AttemptLease? {
        guard var record = messages[serial] else { return nil }
        if let limit = taking.receiveLimit, record.receives.countHere >= limit {
            remove(serial)
            note(.deadLettered, record, at: taking.now)
            taken.exhausted.append(record)
            return nil
        }
        let lease = MessageLease(nonce: random.next(), receivedAt: taking.now)
        record.receives.add(lease)
        update(serial, record)
        move(serial, to: .inFlight(until: taking.now + taking.visibilityTimeout))
        let message = delivered(record, serial, lease)
        note(.received(receiptHandle: message.receiptHandle), record, at: taking.now)
        taken.messages.append(message)
        return AttemptLease(serial: serial, nonce: lease.nonce)
    }

    /// The messages of an earlier receive with the same attempt id, under the same handles, their
    /// visibility timeout starting anew; nil where one of them was deleted, changed or has lapsed.
    private mutating func repeatAttempt(_ taking: Taking) -> [DeliveredMessage]? {
        guard let id = taking.attemptID,
            let leases = attempts.value(of: id, at: taking.now),
            leases.allSatisfy({ stands($0) })
        else { return nil }
        return leases.compactMap { lease in
            guard var record = messages[lease.serial] else { return nil }
            record.receives.lease?.receivedAt = taking.now
            update(lease.serial, record)
            move(lease.serial, to: .inFlight(until: taking.now + taking.visibilityTimeout))
            return record.receives.lease.map { delivered(record, lease.serial, $0) }
        }
    }

    private func stands(_ lease: AttemptLease) -> Bool {
        guard let record = messages[lease.serial], let latest = record.receives.lease
        else { return false }
        return record.state.isInFlight && latest.nonce == lease.nonce && !latest.isChanged
    }

    private func delivered(
        _ record: MessageRecord, _ serial: UInt64, _ lease: MessageLease
    ) -> DeliveredMessage {
        let receives = record.receives
        return DeliveredMessage(
            content: record.content,
            receiptHandle: ReceiptHandle(queue: tag, serial: serial, nonce: lease.nonce).text,
            receiveCount: receives.count, firstReceivedAt: receives.firstAt ?? lease.receivedAt,
            deadLetterSourceARN: receives.deadLetterSourceARN)
    }
}
