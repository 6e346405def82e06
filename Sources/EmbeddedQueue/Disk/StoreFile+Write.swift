import SQS

extension StoreFile {
    /// Writes the changes down, all or none. They must be those since the last that were written,
    /// or since what was loaded.
    ///
    /// - Throws: where they cannot be written, or it is not known whether they are. The file may be
    ///   read again from its start, but nothing more may be written by this object.
    package func write(_ changes: RegionChanges) throws(StoreFileError) {
        do throws(DatabaseError) {
            try database.transaction { () throws(DatabaseError) in
                if changes.isReset { try clear() }
                for (region, changes) in changes.stores { try write(changes, of: region) }
                for name in changes.newlyShared { try statements.addShared.run([.text(name)]) }
                try write(changes.at)
            }
            if changes.isReset { try shrink() }
        } catch {
            throw StoreFileError(error, path: path)
        }
    }

    private func write(_ now: StoreInstant) throws(DatabaseError) {
        if let writtenTime, now >= writtenTime, now - writtenTime < Self.timeStep { return }
        try statements.setTime.run([0, .init(now)])
        writtenTime = now
    }

    private func clear() throws(DatabaseError) {
        for table in StoreSchema.tables { try database.execute("DELETE FROM \(table)") }
        numbers = [:]
        writtenTime = nil
    }

    /// Gives the room of what was deleted back to the disk.
    private func shrink() throws(DatabaseError) {
        try database.execute("VACUUM")
        try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func write(_ changes: StoreChanges, of region: String) throws(DatabaseError) {
        for tag in changes.deletedQueues {
            guard let number = numbers.removeValue(forKey: tag) else { continue }
            try deleteContents(of: number)
            let key = [DatabaseValue(bits: number)]
            try statements.deleteMoves.run(key)
            try statements.deleteQueue.run(key)
        }
        if let deletions = changes.deletions {
            try statements.deleteDeletions.run([.text(region)])
            for (name, instant) in deletions {
                try statements.addDeletion.run([.text(region), .text(name), .init(instant)])
            }
        }
        for queue in changes.queues { try write(queue, in: region, at: changes.at) }
    }

    private func write(
        _ changes: QueueChanges, in region: String, at now: StoreInstant
    ) throws(DatabaseError) {
        let number = numbers[changes.tag] ?? (numbers.values.max() ?? 0) + 1
        numbers[changes.tag] = number
        if changes.isEmptied { try deleteContents(of: number) }
        if let properties = changes.properties {
            try write(properties, lastSerial: changes.lastSerial, of: number, in: region)
        } else {
            try statements.setLastSerial.run([.init(bits: changes.lastSerial), .init(bits: number)])
        }
        for message in changes.messages { try write(message, of: number) }
        if !changes.deduplication.isEmpty {
            try statements.forgetDeduplication.run([.init(now)])
            for entry in changes.deduplication { try write(entry, of: number) }
        }
        if !changes.attempts.isEmpty {
            try statements.forgetAttempts.run([.init(now)])
            for entry in changes.attempts { try write(entry, of: number, changes.tag) }
        }
    }

    private func deleteContents(of queue: UInt64) throws(DatabaseError) {
        let range = [
            try StoreSchema.number(ofMessage: 0, in: queue),
            try StoreSchema.number(ofMessage: StoreSchema.lastSerial, in: queue),
        ]
        try statements.deleteMessages.run(range)
        try statements.deleteStates.run(range)
        let key = [DatabaseValue(bits: queue)]
        try statements.deleteDeduplication.run(key)
        try statements.deleteAttempts.run(key)
    }
}

extension StoreFile {
    private func write(
        _ properties: QueueProperties, lastSerial: UInt64, of queue: UInt64, in region: String
    ) throws(DatabaseError) {
        try statements.putQueue.run([
            .init(bits: queue), .text(region), .text(properties.name), .init(bits: properties.tag),
            .init(properties.createdAt), .init(properties.modifiedAt), .init(properties.purgedAt),
            .text(StoredText.attributes(of: properties)), .text(StoredText.tags(properties.tags)),
            .init(bits: lastSerial),
        ])
        try statements.deleteMoves.run([.init(bits: queue)])
        for (place, move) in properties.moveTasks.enumerated() {
            let (status, failure) = StoredText.status(move.status)
            try statements.addMove.run([
                .init(bits: queue), .init(place), .text(move.id), .text(move.sourceARN),
                .init(move.destinationARN), move.rate.map { .init($0) } ?? .null,
                .init(move.startedAt), .init(move.toMove), .init(move.moved), .text(status),
                .init(failure),
            ])
        }
    }

    private func write(_ message: MessageChange, of queue: UInt64) throws(DatabaseError) {
        switch message {
        case .new(let serial, let record):
            let number = try StoreSchema.number(ofMessage: serial, in: queue)
            try add(record, number)
            if !record.isUntouched { try put(record, number) }
        case .changed(let serial, let record):
            try put(record, try StoreSchema.number(ofMessage: serial, in: queue))
        case .gone(let serial):
            let number = try StoreSchema.number(ofMessage: serial, in: queue)
            try statements.deleteMessage.run([number])
            try statements.deleteState.run([number])
        }
    }

    private func add(_ record: MessageRecord, _ number: DatabaseValue) throws(DatabaseError) {
        let content = record.content
        try statements.addMessage.run([
            number, .text(content.id), .text(content.body),
            .init(StoredText.attributes(content.attributes)), .init(content.groupID),
            .init(content.deduplicationID), .init(content.sequenceNumber),
            .init(content.traceHeader), .text(content.senderID), .init(content.sentAt),
            .init(record.enqueuedAt), .init(record.receives.deadLetterSourceARN),
        ])
    }

    private func put(_ record: MessageRecord, _ number: DatabaseValue) throws(DatabaseError) {
        let receives = record.receives
        try statements.putState.run([
            number, .init(StoredText.number(of: record.state)), .init(record.state.due),
            .init(receives.count), .init(receives.countHere), .init(receives.firstAt),
            receives.lease.map { .init(bits: $0.nonce) } ?? .null,
            .init(receives.lease?.receivedAt), .init(receives.lease?.isChanged ?? false),
        ])
    }

    private func write(
        _ entry: DeduplicationWindow.Entry, of queue: UInt64
    ) throws(DatabaseError) {
        try statements.addDeduplication.run([
            .init(bits: queue), .text(entry.key.id), .init(entry.key.group),
            .text(entry.value.id), .init(entry.value.sequenceNumber), .init(entry.until),
        ])
    }

    private func write(
        _ entry: ReceiveAttempts.Entry, of queue: UInt64, _ tag: UInt64
    ) throws(DatabaseError) {
        let handles = entry.value.map {
            ReceiptHandle(queue: tag, serial: $0.serial, nonce: $0.nonce).text
        }
        try statements.addAttempt.run([
            .init(bits: queue), .text(entry.key), .text(handles.joined(separator: " ")),
            .init(entry.until),
        ])
    }
}

extension MessageRecord {
    /// Whether nothing has happened to it but that it came.
    fileprivate var isUntouched: Bool {
        state == .visible && receives.count == 0 && receives.lease == nil
    }
}
