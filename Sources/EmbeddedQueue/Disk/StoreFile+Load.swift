import SQS

extension StoreFile {
    /// Puts the queues of the file into stores that are empty. Takes some seconds per million
    /// messages.
    ///
    /// - Returns: the time to go on from: this one, or when the file was last written, where that
    ///   is later. Messages that are due, and ids that are remembered, would otherwise stand still
    ///   until a clock that was set back is where it was.
    @discardableResult
    package func load(
        into regions: inout Regions, at now: StoreInstant
    ) throws(StoreFileError) -> StoreInstant {
        do throws(DatabaseError) {
            var queues: [UInt64: (region: String, queue: MessageQueue)] = [:]
            try loadQueues(&queues, regions)
            try loadMoves(&queues)
            try loadMessages(&queues)
            try loadDeduplication(&queues)
            try loadAttempts(&queues)
            let start = try max(now, lastWrite() ?? now)
            for (number, (region, queue)) in queues {
                numbers[queue.tag] = number
                regions.restore(queue, in: region, at: start)
            }
            try database.prepare("SELECT * FROM deletions").rows { (row) throws(DatabaseError) in
                try regions.restoreDeletion(
                    of: row.text(1), at: row.instant(2), in: row.text(0))
            }
            try database.prepare("SELECT * FROM shared").rows { (row) throws(DatabaseError) in
                regions.restore(shared: try row.text(0))
            }
            return start
        } catch {
            throw StoreFileError(error, path: path)
        }
    }

    /// Nil where nothing was written yet.
    private func lastWrite() throws(DatabaseError) -> StoreInstant? {
        var last: StoreInstant?
        try database.prepare("SELECT at FROM time").rows { (row) throws(DatabaseError) in
            last = try row.instant(0)
        }
        return last
    }

    private typealias Queues = [UInt64: (region: String, queue: MessageQueue)]

    private func loadQueues(
        _ queues: inout Queues, _ regions: Regions
    ) throws(DatabaseError) {
        try database.prepare("SELECT * FROM queues").rows { (row) throws(DatabaseError) in
            var properties = QueueProperties(
                name: try row.text(2), tag: try row.bits(3), createdAt: try row.instant(4))
            properties.modifiedAt = try row.instant(5)
            properties.purgedAt = row.optionalInstant(6)
            properties.settings = try StoredText.settings(try row.text(7))
            properties.tags = try StoredText.tags(try row.text(8))
            let region = try row.text(1)
            var queue = MessageQueue(properties, arn: regions.arn(of: properties.name, in: region))
            queue.restore(lastSerial: try row.bits(9))
            queues[try row.bits(0)] = (region, queue)
        }
    }

    private func loadMoves(_ queues: inout Queues) throws(DatabaseError) {
        let moves = try database.prepare("SELECT * FROM moves ORDER BY queue, place")
        try moves.rows { (row) throws(DatabaseError) in
            var move = MessageMove(
                id: try row.text(2), sourceARN: try row.text(3),
                destinationARN: row.optionalText(4),
                rate: row.optionalInteger(5).map { Int($0) }, startedAt: try row.instant(6),
                toMove: try row.count(7))
            move.moved = try row.count(8)
            move.status = try StoredText.status(try row.text(9), failure: row.optionalText(10))
            queues[try row.bits(0)]?.queue.properties.moveTasks.append(move)
        }
    }

    private func loadMessages(_ queues: inout Queues) throws(DatabaseError) {
        let messages = try database.prepare(
            "SELECT * FROM messages LEFT JOIN states USING (number) ORDER BY messages.number")
        try messages.rows { (row) throws(DatabaseError) in
            let (queue, serial) = StoreSchema.parts(try row.integer(0))
            guard queues[queue] != nil else { throw .damaged("a message is in no queue") }
            queues[queue]?.queue.restore(try record(row), as: serial)
        }
    }

    /// The message of a row of both tables.
    private func record(_ row: Row) throws(DatabaseError) -> MessageRecord {
        let entry = SendEntry(
            id: "", body: try row.text(2),
            attributes: try StoredText.attributes(row.optionalText(3)),
            groupID: row.optionalText(4))
        let content = MessageContent(
            NewMessage(entry, traceHeader: row.optionalText(7)), id: try row.text(1),
            deduplicationID: row.optionalText(5), sequenceNumber: row.optionalText(6),
            senderID: try row.text(8), sentAt: try row.instant(9))
        var record = MessageRecord(
            content: content, enqueuedAt: try row.instant(10), state: .visible)
        var receives = MessageReceives()
        receives.deadLetterSourceARN = row.optionalText(11)
        if let state = row.optionalInteger(12) {
            record.state = try StoredText.state(state, due: row.optionalInstant(13))
            receives.count = try row.count(14)
            receives.countHere = try row.count(15)
            receives.firstAt = row.optionalInstant(16)
            if row.optionalInteger(17) != nil {
                receives.lease = MessageLease(
                    nonce: try row.bits(17), receivedAt: try row.instant(18),
                    isChanged: try row.integer(19) != 0)
            }
        }
        if receives != MessageReceives() { record.receives = receives }
        return record
    }

    private func loadDeduplication(_ queues: inout Queues) throws(DatabaseError) {
        let entries = try database.prepare("SELECT * FROM deduplication ORDER BY until, rowid")
        try entries.rows { (row) throws(DatabaseError) in
            let key = DeduplicationKey(id: try row.text(1), group: row.optionalText(2))
            let answer = SentMessage(id: try row.text(3), sequenceNumber: row.optionalText(4))
            queues[try row.bits(0)]?.queue.deduplication.remember(
                DeduplicationWindow.Entry(key: key, value: answer, until: try row.instant(5)))
        }
    }

    private func loadAttempts(_ queues: inout Queues) throws(DatabaseError) {
        let entries = try database.prepare("SELECT * FROM attempts ORDER BY until, rowid")
        try entries.rows { (row) throws(DatabaseError) in
            let leases = try row.text(2).split(separator: " ").compactMap {
                ReceiptHandle(String($0)).map {
                    AttemptLease(serial: $0.serial, nonce: $0.nonce)
                }
            }
            queues[try row.bits(0)]?.queue.attempts.remember(
                ReceiveAttempts.Entry(
                    key: try row.text(1), value: leases, until: try row.instant(3)))
        }
    }
}
