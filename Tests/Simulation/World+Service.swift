import EmbeddedQueue
import SQS
import SubscriberEngine

/// The service: the embedded queue's store, in virtual time.
extension World {
    /// The service's clock at the start of a run.
    private static let epoch = StoreInstant.seconds(1_000_000)

    var serviceNow: StoreInstant { Self.epoch + now.sinceStart + serviceClockOffset }

    func openQueues() {
        let dead = plan.isFIFO ? "dead.fifo" : "dead"
        let isFIFO: [QueueSetting] = plan.isFIFO ? [.fifo(true)] : []
        ask(.createQueue(name: Self.deadLetterQueue))
        ask(.createQueue(name: dead, settings: isFIFO))
        var settings = isFIFO + [.visibilityTimeout(plan.queueTimeout)]
        if let maximum = plan.maximumReceives {
            let arn = "arn:aws:sqs:us-east-1:\(QueueStore.standardAccount):\(dead)"
            settings.append(
                .redrive(RedrivePolicy(deadLetterTargetARN: arn, maxReceiveCount: maximum)))
        }
        ask(.createQueue(name: plan.queueName, settings: settings))
    }

    func publish(_ group: Int?) {
        let body = String(messages.count)
        let entry = SendEntry(
            id: "0", body: body, groupID: group.map { "g\($0)" },
            deduplicationID: group == nil ? nil : body)
        // What the store gives out at once is known already.
        let (deliveries, own) = handle(.send(NewMessage(entry), to: plan.queueName))
        if case .success(.sent(let sent)) = own { track(sent.id, line(group)) }
        settle(deliveries)
    }

    func changeQueueTimeout(_ timeout: Duration) {
        ask(.changeSettings(of: plan.queueName, [.visibilityTimeout(timeout)]))
    }

    /// Forward, leases lapse before their time, until they are renewed.
    func moveServiceClock(_ jump: Duration) {
        serviceClockOffset += jump
        if jump > .zero {
            for message in messages where message.isOut { message.mayLapseEarly = true }
        }
        settle(store.advance(to: serviceNow))
    }

    func wakeService() {
        serviceWakesAt = nil
        settle(store.advance(to: serviceNow))
    }

    func hangUp(_ caller: UInt64) {
        guard waiting.removeValue(forKey: caller) != nil else { return }
        store.hangUp(CallerID(caller))
    }

    // MARK: Requests

    /// A request arrives at the service.
    func arrive(_ call: Call) {
        if let error = refusal(of: call) { return reply(.error(error), to: call) }
        switch call.operation {
        case .receive(let receive): self.receive(receive, call)
        case .delete(_, let entries): delete(entries, call)
        case .change(_, let entries): change(entries, call)
        case .deadLetter(_, let body): deadLetter(body, call)
        case .attributes:
            guard case .success(.description(let queue)) = ask(.describeQueue(plan.queueName))
            else { return }
            reply(.attributes(queue.settings.visibilityTimeout), to: call)
        }
    }

    private func refusal(of call: Call) -> SQSError? {
        if plan.expiredCredentials.contains(where: { $0.covers(now, call.host) }) {
            return .expired
        }
        if plan.wrongClocks.contains(where: { $0.covers(now, call.host) }) { return .skewed }
        let isThrottled = plan.throttling.contains { $0.covers(now, call.host) }
        if isThrottled || happens(plan.throttle) { return .throttled }
        let activity = call.operation.activity
        if activity == .attributes, !plan.mayReadAttributes { return .denied }
        let refusal = plan.refusals.first {
            $0.window.covers(now, call.host) && ($0.activity ?? activity) == activity
        }
        return refusal.map { SQSError.refusal($0.kind) }
    }

    private func receive(_ receive: Receive, _ call: Call) {
        if plan.noticesHangUps, !hosts[call.host].open.contains(call.number) { return }
        waiting[call.number] = call
        let request = StoreReceive(
            maximumMessages: receive.maximumMessages, waitTime: receive.waitTime,
            visibilityTimeout: receive.visibilityTimeout, attemptID: receive.attemptID)
        settle(
            store.handle(
                .receive(request, from: plan.queueName), from: CallerID(call.number),
                at: serviceNow))
    }

    private func delete(_ entries: [Deletion], _ call: Call) {
        let request = entries.map {
            DeleteEntry(id: String($0.lease.value), receiptHandle: $0.receiptHandle)
        }
        batch(call, request.map(\.id)) { taken in
            .deleteBatch(request.filter { taken.contains($0.id) }, from: plan.queueName)
        }
    }

    private func change(_ entries: [VisibilityChange], _ call: Call) {
        let request = entries.map {
            VisibilityEntry(
                id: String($0.lease.value), receiptHandle: $0.receiptHandle, timeout: $0.timeout)
        }
        let renewed = entries.filter { $0.timeout > .zero }.map(\.lease)
        batch(call, request.map(\.id), renewed: renewed) { taken in
            .changeVisibilityBatch(request.filter { taken.contains($0.id) }, in: plan.queueName)
        }
    }

    /// A batch of which some entries fail: half of them without effect, half after it.
    ///
    /// - Parameter renewed: those whose visibility timeouts begin anew.
    private func batch(
        _ call: Call, _ ids: [String], renewed: [LeaseID] = [],
        _ request: (Set<String>) -> StoreRequest
    ) {
        var failed: [LeaseID: SQSError] = [:]
        var taken: Set<String> = []
        for id in ids {
            let fails = happens(plan.entryFails)
            if fails { failed[LeaseID(UInt64(id) ?? 0)] = .internalError }
            if !fails || happens(0.5) { taken.insert(id) }
        }
        if !taken.isEmpty {
            switch ask(request(taken)) {
            case .success(.batch(let answers)):
                for answer in answers {
                    let lease = LeaseID(UInt64(answer.id) ?? 0)
                    if case .failure(let error) = answer.result {
                        checkRefusal(error, of: lease, hosts[call.host])
                        failed[lease] = SQSError(error)
                    } else {
                        let message = hosts[call.host].holdings[lease]?.message
                        message?.mayLapseEarly = false
                        // By a handle whose time was over, it is out again.
                        if renewed.contains(lease) { message?.isOut = true }
                    }
                }
            case .failure(let error): return reply(.error(SQSError(error)), to: call)
            default: break
            }
        }
        reply(.entries(failed: failed), to: call)
    }

    private func deadLetter(_ body: String, _ call: Call) {
        let entry = SendEntry(id: "0", body: body)
        guard case .success = ask(.send(NewMessage(entry), to: Self.deadLetterQueue)) else {
            return reply(.deadLettered(.internalError), to: call)
        }
        if let number = Int(body) {
            messages[number].isDeadLettered = true
            messages[number].isFinished = true
        }
        reply(.deadLettered(nil), to: call)
    }

    // MARK: The store

    @discardableResult
    private func ask(_ request: StoreRequest) -> Result<StoreAnswer, StoreError>? {
        let (others, own) = handle(request)
        settle(others)
        return own
    }

    private func handle(
        _ request: StoreRequest
    ) -> (others: [StoreDelivery], own: Result<StoreAnswer, StoreError>?) {
        lastCall += 1
        let caller = CallerID(lastCall)
        var own: Result<StoreAnswer, StoreError>?
        var others: [StoreDelivery] = []
        for delivery in store.handle(request, from: caller, at: serviceNow) {
            if delivery.caller == caller {
                own = delivery.answer
            } else {
                others.append(delivery)
            }
        }
        return (others, own)
    }

    /// Looks at what happened in the queue, answers long polls that ended, and sets the wake-up.
    private func settle(_ deliveries: [StoreDelivery]) {
        for event in store.takeHistory(of: plan.queueName) { check(event) }
        for delivery in deliveries {
            guard let call = waiting.removeValue(forKey: delivery.caller.number) else { continue }
            switch delivery.answer {
            case .success(.received(let messages)):
                reply(.messages(withDuplicate(messages, call)), to: call)
            case .failure(let error): reply(.error(SQSError(error)), to: call)
            default: break
            }
        }
        guard let wakeUp = store.nextWakeUp() else { return }
        let moment = max(now, Instant(sinceStart: wakeUp - Self.epoch - serviceClockOffset))
        if let known = serviceWakesAt, known <= moment { return }
        serviceWakesAt = moment
        at(moment, .serviceWakes(at: moment))
    }

    /// Adds a message that was given out before, as a standard queue may, deleted ones included.
    private func withDuplicate(
        _ delivered: [DeliveredMessage], _ call: Call
    ) -> [DeliveredMessage] {
        for message in delivered {
            guard let number = Int(message.content.body) else { continue }
            messages[number].lastDelivery = message
        }
        guard happens(plan.duplicate), !messages.isEmpty,
            case .receive(let receive) = call.operation
        else { return delivered }
        let message = messages[Int(chance.next() % UInt64(messages.count))]
        let hasRoom = delivered.count < receive.maximumMessages || happens(0.2)
        guard hasRoom, let again = message.lastDelivery,
            !delivered.contains(where: { $0.content.id == again.content.id })
        else { return delivered }
        message.isGivenOutTwice = true
        message.cause = .givenOutTwice
        note("the service gives \(message.number) out once more")
        return delivered + [again]
    }
}

extension SQSError {
    init(_ error: StoreError) {
        let code = error.code.queryCode
        let kind = ErrorClassification.kind(
            codes: [code], text: error.message, status: nil, isSenderFault: true)
        self.init(kind, code: code, error.message)
    }
}
