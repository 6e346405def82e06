import SQS

extension QueueStore {
    mutating func createQueue(
        _ name: String, _ settings: [QueueSetting], _ tags: [String: String]
    ) throws(StoreError) -> StoreAnswer {
        try checkName(name, isFIFO: settings.contains(.fifo(true)))
        try check(settings, isFIFO: MessageQueue.isFIFO(name), arn: arn(of: name))
        if let existing = queues[name] {
            for setting in settings where setting.changes(existing.settings) {
                throw StoreError(
                    .queueNameExists,
                    """
                    A queue already exists with the same name and a different value for attribute \
                    \(setting.attributeName)
                    """)
            }
            return .queue(name)
        }
        deletions = deletions.filter { present - $0.value < StoreLimits.settling }
        guard !isStrict || deletions[name] == nil else {
            throw StoreError(
                .queueDeletedRecently,
                """
                You must wait \(StoreLimits.settling.wholeSeconds) seconds after deleting a queue \
                before you can create another with the same name.
                """)
        }
        try checkTags(tags, of: name)
        var queue = newQueue(named: name, tag: random.next())
        for setting in settings { setting.apply(to: &queue.settings) }
        queue.properties.tags = tags
        queues[name] = queue
        touch(name)
        return .queue(name)
    }

    /// The queue and its messages are gone at once; its name is free again, where the store is
    /// strict after a minute.
    mutating func deleteQueue(_ name: String) throws(StoreError) -> StoreAnswer {
        guard let queue = queues.removeValue(forKey: name) else { throw .noSuchQueue }
        if keepsJournal { deletedTags.append(queue.tag) }
        if isStrict {
            deletions[name] = present
            deletionsChanged = true
        }
        return .done
    }

    /// Lets the name be used though a queue of that name was deleted a moment ago.
    mutating func free(_ name: String) {
        if deletions.removeValue(forKey: name) != nil { deletionsChanged = true }
    }

    mutating func describe(_ name: String) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        let queue = queues.values[index]
        return .description(
            QueueDescription(
                arn: queue.arn, isFIFO: queue.isFIFO, settings: queue.settings,
                createdAt: queue.properties.createdAt, modifiedAt: queue.properties.modifiedAt,
                visible: queue.counts.visible, inFlight: queue.counts.inFlight,
                delayed: queue.counts.delayed))
    }

    /// All the settings, or, where one is refused, none. In effect at once, where SQS takes up to a
    /// minute.
    mutating func change(
        _ settings: [QueueSetting], of name: String
    ) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        let isFIFO = queues.values[index].isFIFO
        try check(settings, isFIFO: isFIFO, arn: queues.values[index].arn)
        if settings.contains(.fifo(!isFIFO)) {
            throw StoreError(
                .invalidAttributeValue,
                """
                Invalid value for the parameter FifoQueue. \
                Reason: Modifying queue type is not supported.
                """)
        }
        let delay = queues.values[index].settings.delay
        for setting in settings { setting.apply(to: &queues.values[index].settings) }
        queues.values[index].properties.modifiedAt = present
        if queues.values[index].settings.delay != delay {
            queues.values[index].applyDelayToHeldMessages()
        }
        return .done
    }

    mutating func purge(_ name: String) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        if isStrict, let last = queues.values[index].properties.purgedAt,
            present - last < StoreLimits.settling
        {
            throw StoreError(
                .purgeQueueInProgress,
                """
                Only one PurgeQueue operation on \(name) is allowed every \
                \(StoreLimits.settling.wholeSeconds) seconds.
                """)
        }
        queues.values[index].properties.purgedAt = present
        queues.values[index].removeAll(at: present)
        return .done
    }

    mutating func tag(_ name: String, _ tags: [String: String]) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        let all = queues.values[index].properties.tags.merging(tags) { $1 }
        try checkTags(all, of: name)
        queues.values[index].properties.tags = all
        return .done
    }

    mutating func untag(_ name: String, _ keys: [String]) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        for key in keys { queues.values[index].properties.tags[key] = nil }
        return .done
    }

    /// The queues whose dead-letter queue this is.
    func sources(of target: String) throws(StoreError) -> [String] {
        guard queues[target] != nil else { throw .noSuchQueue }
        return queues.values.filter { queue in
            queue.settings.redrive.flatMap { queueName(ofARN: $0.deadLetterTargetARN) } == target
        }.map(\.name)
    }

    /// The part of the names after the token, in order. The token is the last name of the page
    /// before.
    func page(of names: [String], _ request: PageRequest) throws(StoreError) -> NamePage {
        if let maximum = request.maximum, !StoreLimits.page.contains(maximum) {
            throw .value(
                String(maximum), of: "MaxResults",
                "MaxResults must be an integer between 1 and \(StoreLimits.page.upperBound).")
        }
        let rest = names.sorted().drop { name in request.token.map { name <= $0 } ?? false }
        let page = Array(rest.prefix(request.maximum ?? StoreLimits.page.upperBound))
        let isCut = request.maximum != nil && page.count < rest.count
        return NamePage(names: page, nextToken: isCut ? page.last : nil)
    }

    /// The queue of this store that the ARN names, in whichever region and account; nil where there
    /// is none.
    func queueName(ofARN arn: String) -> String? {
        QueueARN(arn).flatMap { queues[$0.name] == nil ? nil : $0.name }
    }
}

extension QueueSetting {
    /// Whether a queue with those settings would become another by this one.
    fileprivate func changes(_ settings: QueueSettings) -> Bool {
        var changed = settings
        apply(to: &changed)
        return changed != settings
    }
}
