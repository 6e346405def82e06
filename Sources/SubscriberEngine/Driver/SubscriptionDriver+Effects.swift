internal import Logging
internal import MessageHandling
internal import SQS

/// How each effect is carried out.
extension SubscriptionDriver {
    func perform(_ effect: Effect) {
        switch effect {
        case .wantSlots(let count, let idle): share?.want(count, idle: idle)
        case .returnSlots(let count): share?.giveBack(count)
        case .receive(let receive): send(receive)
        case .cancelReceive(let poll): receives[poll]?.task.cancel()
        case .run(let lease, let handler): start(lease, handler)
        case .runInOrder(let leases, let handler): start(leases, inOrder: handler)
        case .cancel(let lease, let handler, let reason):
            startTogether()
            cancel(RunKey(lease: lease, handler: handler), reason)
        case .checkHandler(let handler): check(handler)
        case .delete(let batch, let entries): delete(batch, entries)
        case .changeVisibility(let batch, let entries): changeVisibility(batch, entries)
        case .deadLetter(let lease, let reason, let handler):
            deadLetter(lease, reason, by: handler)
        case .readAttributes: readAttributes()
        case .forget(let lease): forget(lease)
        case .dispose(let lease): dispose(lease)
        case .ended(let lease, _):
            if !disposals.isEmpty { disposals[lease] = nil }
            traces.ended(lease)
        case .keep(let change): listeners.keep(change)
        case .wake(let moment): wake(at: moment)
        case .report(let fact): listeners.report(fact, traces.trace(of: fact.messageID))
        case .finished: finish()
        }
    }

    func noteFull() {
        let managed = table.managed
        guard !managed.isEmpty, subscription.isFull != isFull else { return }
        isFull.toggle()
        let earlier = noting
        noting = Task { [isFull] in
            await earlier?.value
            for handler in managed { await handler.note(isFull: isFull) }
        }
    }

    private func forget(_ lease: LeaseID) {
        contents[lease] = nil
        if !rejections.isEmpty { rejections[lease] = nil }
        guard !unstarted.isEmpty else { return }
        unstarted = unstarted.filter { $0.lease != lease }
    }

    // MARK: What belongs to messages elsewhere

    private func dispose(_ lease: LeaseID) {
        guard let disposal = disposals[lease] else { return }
        disposing[lease] = Task { [inbox] in
            await disposal()
            inbox.put(.disposed(lease))
        }
    }

    /// A stop waits for them, but not for long: the messages are gone, and nothing depends on it.
    func finishDisposals() async {
        guard !disposing.isEmpty else { return }
        let tasks = disposing.values.map(\.self)
        let limit = Task { [clock = context.clock] in
            guard (try? await clock.sleep(until: clock.now() + Self.disposalPatience)) != nil else {
                return
            }
            for task in tasks { task.cancel() }
        }
        for task in tasks { await task.value }
        limit.cancel()
    }

    /// Twice what a request that is answered at all takes.
    private static var disposalPatience: Duration { .seconds(10) }

    // MARK: Time

    private func wake(at moment: Instant) {
        wakeAt = moment
        // One that goes off earlier is set anew then: moments are often put off, and setting a
        // timer costs more than to look at one.
        if let timer, timer.moment <= moment { return }
        timer?.task.cancel()
        let task = Task(executorPreference: context.network) { [inbox, clock = context.clock] in
            do {
                try await clock.sleep(until: moment)
                inbox.put(.alarm(moment))
            } catch {
                // Replaced by another moment.
            }
        }
        timer = (task, moment)
    }

    func alarm(of moment: Instant) {
        // One that was replaced may go off all the same.
        guard timer?.moment == moment else { return }
        timer = nil
        guard let wakeAt else { return }
        if wakeAt <= context.clock.now() { gather(.timePassed) } else { wake(at: wakeAt) }
    }

    // MARK: Calls to SQS

    @discardableResult
    private func onNetwork(_ call: sending @escaping () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: context.network, operation: call)
    }

    private func send(_ receive: Receive) {
        let request = ReceiveRequest(
            queue: queue, maximumMessages: receive.maximumMessages,
            waitTime: receive.waitTime, visibilityTimeout: receive.visibilityTimeout,
            attemptID: receive.attemptID)
        let task = onNetwork { [inbox, service = context.service, table] in
            do throws(SQSError) {
                let messages = try await service.receive(request)
                inbox.put(.received(receive.poll, await table.sort(messages), table))
            } catch {
                let wasCut = error.kind == .cancelled && Task.isCancelled
                inbox.put(
                    .event(
                        wasCut
                            ? .receiveCancelled(receive.poll)
                            : .receiveFailed(receive.poll, error)))
            }
        }
        receives[receive.poll] = OutstandingReceive(
            sentAt: context.clock.now(), waitTime: receive.waitTime, task: task)
    }

    private func delete(_ batch: BatchID, _ entries: [Deletion]) {
        let request = entries.map {
            DeleteEntry(id: String($0.lease.value), receiptHandle: $0.receiptHandle)
        }
        onNetwork { [inbox, service = context.service, url = queue.url] in
            do throws(SQSError) {
                let failed = Self.failures(try await service.delete(request, from: url))
                inbox.put(.event(.deleteAnswered(batch, failed: failed)))
            } catch {
                inbox.put(.event(.deleteCallFailed(batch, error)))
            }
        }
    }

    private func changeVisibility(_ batch: BatchID, _ entries: [VisibilityChange]) {
        let request = entries.map {
            VisibilityEntry(
                id: String($0.lease.value), receiptHandle: $0.receiptHandle, timeout: $0.timeout)
        }
        onNetwork { [inbox, service = context.service, url = queue.url] in
            do throws(SQSError) {
                let failed = Self.failures(try await service.changeVisibility(request, in: url))
                inbox.put(.event(.visibilityAnswered(batch, failed: failed)))
            } catch {
                inbox.put(.event(.visibilityCallFailed(batch, error)))
            }
        }
    }

    /// The ids of entries are lease ids in decimal.
    private static func failures(_ result: BatchResult<Void>) -> [LeaseID: SQSError] {
        var failed: [LeaseID: SQSError] = [:]
        for (id, error) in result.failed {
            if let value = UInt64(id) { failed[LeaseID(value)] = error }
        }
        return failed
    }

    private func deadLetter(_ lease: LeaseID, _ reason: String, by handler: HandlerID?) {
        guard let message = contents[lease]?.arrival.message, let url = settings.deadLetterQueueURL
        else {
            let error = SQSError(
                .missing, code: "NoDeadLetterQueue",
                "The dead-letter queue was taken out of the configuration.")
            inbox.put(.event(.deadLetterAnswered(lease, error)))
            return
        }
        let letter = DeadLetter(
            message: message, reason: reason,
            rejection: handler.flatMap { rejection(of: lease, reason, by: $0) },
            host: listeners.deadLetters.host, time: listeners.deadLetters.time())
        onNetwork { [inbox, service = context.service, deadLetters = listeners.deadLetters] in
            var failure: SQSError?
            do throws(SQSError) {
                let answer = try await service.send([letter.entry(to: url)], to: url)
                failure = answer.failed.values.first
                if failure == nil, let sent = answer.successful.values.first {
                    deadLetters.sent(SentDeadLetter(letter, as: sent.id, in: url))
                }
            } catch {
                failure = error
            }
            inbox.put(.event(.deadLetterAnswered(lease, failure)))
        }
    }

    /// What the handler said; of one that rejected an earlier delivery only the reason is known.
    private func rejection(
        of lease: LeaseID, _ reason: String, by handler: HandlerID
    ) -> Rejection? {
        guard let name = contents[lease]?.table[handler]?.name else { return nil }
        return rejections[lease]?.first { $0.handler == name }
            ?? Rejection(handler: name, reason: reason, output: nil)
    }

    func noteRejection(
        _ result: HandlerResult, _ detail: RunDetail, by handler: HandlerID, of lease: LeaseID
    ) {
        guard case .outcome(.reject(let reason)) = result,
            let name = contents[lease]?.table[handler]?.name
        else { return }
        rejections[lease, default: []].append(
            Rejection(handler: name, reason: reason, output: detail.output))
    }

    private func readAttributes() {
        onNetwork { [inbox, service = context.service, url = queue.url] in
            do throws(SQSError) {
                let read = try await service.attributes(QueueAttributes.names, of: url)
                guard let attributes = QueueAttributes(read) else {
                    throw SQSError(
                        .transient, code: "NoVisibilityTimeout",
                        "GetQueueAttributes did not answer the visibility timeout of the queue.")
                }
                inbox.put(.event(.attributesRead(attributes)))
            } catch {
                inbox.put(.event(.attributesFailed(error)))
            }
        }
    }
}

extension SentDeadLetter {
    fileprivate init(_ letter: DeadLetter, as newMessageID: String, in queueURL: String) {
        self.init(
            messageID: letter.message.id, newMessageID: newMessageID,
            queue: queueURL.split(separator: "/").last.map(String.init) ?? queueURL,
            handler: letter.rejection?.handler, reason: letter.reason,
            receiveCount: letter.message.receiveCount, traceID: letter.message.traceID)
    }
}
