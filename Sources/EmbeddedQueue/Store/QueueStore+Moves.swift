import SQS

extension QueueStore {
    /// StartMessageMoveTask. The first messages are moved at once, the others as time passes.
    mutating func startMove(
        from source: String, to destination: String?, rate: Int?
    ) throws(StoreError) -> StoreAnswer {
        guard let name = queueName(ofARN: source) else { throw .noResource("SourceArn") }
        let index = try locate(name)
        try checkMove(from: queues.values[index], to: destination, rate: rate)
        let task = MessageMove(
            id: random.uuid(), sourceARN: source, destinationARN: destination, rate: rate,
            startedAt: present, toMove: queues.values[index].counts.visible)
        queues.values[index].properties.moveTasks.insert(task, at: 0)
        // ListMessageMoveTasks tells of no more.
        queues.values[index].properties.moveTasks = Array(
            queues.values[index].properties.moveTasks.prefix(StoreLimits.moveTasks.upperBound))
        moving[name] = MovePace(of: task, from: present)
        progressMoves()
        return .moveStarted(task)
    }

    private func checkMove(
        from source: MessageQueue, to destination: String?, rate: Int?
    ) throws(StoreError) {
        if let destination {
            guard let target = queueName(ofARN: destination) else {
                throw .noResource("DestinationArn")
            }
            guard target != source.name else {
                throw StoreError(
                    .invalidParameterValue,
                    "Source queue arn and destination queue arn cannot be the same.")
            }
            guard MessageQueue.isFIFO(target) == source.isFIFO else {
                throw StoreError(
                    .invalidParameterValue,
                    "Source queue and destination queue must be of the same type.")
            }
        }
        if let rate, !StoreLimits.moveRate.contains(rate) {
            throw .value(
                String(rate), of: "MaxNumberOfMessagesPerSecond",
                "Must be between 1 and \(StoreLimits.moveRate.upperBound), if provided.")
        }
        guard try !sources(of: source.name).isEmpty else {
            throw StoreError(
                .invalidParameterValue, "Source queue must be configured as a Dead Letter Queue.")
        }
        guard source.properties.moveTasks.first?.status != .running else {
            throw StoreError(
                .invalidParameterValue,
                """
                There is already a task running. Only one active task is allowed for a source \
                queue arn at a given time.
                """)
        }
    }

    /// ListMessageMoveTasks: the latest first.
    func moves(from source: String, maximum: Int?) throws(StoreError) -> StoreAnswer {
        guard let name = queueName(ofARN: source), let queue = queues[name] else {
            throw .noResource("SourceArn")
        }
        if let maximum, !StoreLimits.moveTasks.contains(maximum) {
            throw .value(
                String(maximum), of: "MaxResults",
                "Must be between 1 and \(StoreLimits.moveTasks.upperBound), if provided.")
        }
        return .moves(Array(queue.properties.moveTasks.prefix(maximum ?? 1)))
    }

    /// CancelMessageMoveTask. What was moved stays where it is now.
    mutating func cancelMove(_ id: String, from source: String) throws(StoreError) -> StoreAnswer {
        guard let name = queueName(ofARN: source), let index = queues.index(forKey: name) else {
            throw .noResource("SourceArn")
        }
        let tasks = queues.values[index].properties.moveTasks
        guard let place = tasks.firstIndex(where: { $0.id == id }) else {
            throw StoreError(.resourceNotFound, "Task does not exist.")
        }
        guard tasks[place].status == .running else {
            throw StoreError(.invalidParameterValue, "Only active tasks can be cancelled.")
        }
        queues.values[index].properties.moveTasks[place].status = .cancelled
        moving[name] = nil
        touch(name)
        return .moveCancelled(moved: tasks[place].moved)
    }
}

extension QueueStore {
    /// When a task moves something next; nil where none runs.
    var nextMove: StoreInstant? {
        moving.lazy.compactMap { self.queues[$0.key] == nil ? nil : $0.value.next }.min()
    }

    /// Moves what tasks may have moved by now.
    mutating func progressMoves() {
        for (name, pace) in moving.sorted(by: { $0.key < $1.key }) where pace.next <= present {
            guard let index = queues.index(forKey: name),
                let task = queues.values[index].properties.moveTasks.first
            else {
                moving[name] = nil  // deleted, and its tasks with it
                continue
            }
            let progressed = progress(task, pace, at: index)
            if progressed != task { queues.values[index].properties.moveTasks[0] = progressed }
            touch(name)
            var pace = pace
            pace.goOn(after: progressed.moved, at: present)
            moving[name] = progressed.status == .running ? pace : nil
        }
    }

    private mutating func progress(
        _ task: MessageMove, _ pace: MovePace, at index: QueueIndex
    ) -> MessageMove {
        var task = task
        let room = MovePace.mostAtOnce - queues.values[index].changedMessages
        let allowance = min(pace.allowance(at: present), task.moved + max(0, room), task.toMove)
        guard task.moved < allowance || task.moved == task.toMove else { return task }
        queues.values[index].advance(to: present)
        while task.moved < allowance {
            guard let (serial, record) = queues.values[index].next() else {
                // The rest was received, purged or has expired meanwhile.
                task.status = .completed
                return task
            }
            guard let arn = task.destinationARN ?? record.receives.deadLetterSourceARN else {
                task.status = .failed(reason: MessageMove.FailureReason.unknownSource)
                return task
            }
            guard let name = queueName(ofARN: arn), let target = queues.index(forKey: name) else {
                task.status = .failed(reason: MessageMove.FailureReason.missingQueue)
                return task
            }
            queues.values[index].remove(serial)
            queues.values[index].note(.moved, record, at: present)
            redrive(record, to: target)
            task.moved += 1
        }
        if task.moved == task.toMove { task.status = .completed }
        return task
    }

    /// Gives the message to the queue as a new one, with another id and its retention from now.
    /// Source: “Configuring a dead-letter queue redrive” in the developer guide.
    private mutating func redrive(_ record: MessageRecord, to target: QueueIndex) {
        let number = queues.values[target].isFIFO ? queues.values[target].nextSequenceNumber : nil
        let content = MessageContent(
            redriving: record.content, id: random.uuid(), sequenceNumber: number, sentAt: present)
        let delay = queues.values[target].settings.delay
        let redriven = MessageRecord(
            content: content, enqueuedAt: present,
            state: delay > .zero ? .delayed(until: present + delay) : .visible)
        queues.values[target].insert(redriven)
        queues.values[target].note(.sent, redriven, at: present)
        touch(queues.values[target].name)
    }
}

extension StoreError {
    fileprivate static func noResource(_ parameter: String) -> StoreError {
        StoreError(
            .resourceNotFound,
            "The resource that you specified for the \(parameter) parameter doesn't exist.")
    }
}
