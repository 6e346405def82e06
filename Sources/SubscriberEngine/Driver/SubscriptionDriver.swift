package import MessageHandling

/// Carries out what a ``Subscription`` decides for one queue, and tells it what came of it.
///
/// Decides nothing. One loop takes events from one inbox, hands them to the value and performs its
/// effects; calls to SQS, sleeps and handlers are tasks that put their result into the inbox. Which
/// handlers a message is for is worked out in the task that received it.
///
/// The loop and the calls run where the context says, best on the thread that carries the
/// connections: an answer, what follows from it and the next request change no thread then.
/// Handlers run on the worker pool, so that none can hold up a receive or a renewal, but for those
/// that never block (``Handler/isNonblocking``). What crosses to the pool and back does in batches.
package actor SubscriptionDriver {
    enum Incoming: Sendable {
        case event(Event)
        case received(PollID, [Arrival], HandlerTable)
        case settings(QueueSettings, [RegisteredHandler], (any MessageIntake)?)
        case disposed(LeaseID)
        /// The timer of this moment went off.
        case alarm(Instant)
        case probe(CheckedContinuation<Void, Never>)
    }

    struct RunKey: Hashable {
        let lease: LeaseID
        let handler: HandlerID
    }

    struct Run {
        let task: Task<Void, Never>
        let deadline: CancellationDeadline
        let since: Instant
    }

    /// A message in hand, with the handlers as they were when it came.
    final class Content: Sendable {
        let arrival: Arrival
        let table: HandlerTable

        init(arrival: Arrival, table: HandlerTable) {
            self.arrival = arrival
            self.table = table
        }
    }

    struct OutstandingReceive {
        let sentAt: Instant
        let waitTime: Duration
        let task: Task<Void, Never>
    }

    let queue: Queue
    let context: Context
    let listeners: Listeners
    nonisolated let inbox = Inbox<Incoming>()

    var subscription: Subscription
    var settings: QueueSettings
    var table: HandlerTable
    private var names: [String: HandlerID] = [:]
    var share: SlotShare?
    var contents = SerialTable<LeaseID, Content>()
    var traces = TraceBook()
    /// What handlers of messages in hand said, in the order in which they ended.
    var rejections: [LeaseID: [Rejection]] = [:]
    var runs: [RunKey: Run] = [:]
    /// Brief runs of this turn, which go to one worker.
    var together: Together?
    /// Runs that did not start: a reload may have mended what kept them.
    var unstarted: Set<RunKey> = []
    /// What is to be done with what messages in hand have elsewhere.
    var disposals: [LeaseID: @Sendable () async -> Void] = [:]
    /// Those under way.
    var disposing: [LeaseID: Task<Void, Never>] = [:]
    var receives: [PollID: OutstandingReceive] = [:]
    /// The timer that runs, and the moment it is set to.
    var timer: (task: Task<Void, Never>, moment: Instant)?
    /// When the engine is to be woken: not before the timer goes off.
    var wakeAt: Instant?
    private var lastLease: UInt64 = 0
    /// What the value has not been told.
    private var gathered: [Event] = []
    /// What the handlers were told last.
    var isFull = false
    var noting: Task<Void, Never>?
    private var lastTurn: Instant
    /// The moment of the present turn, or of the last.
    private(set) var turnAt: Instant
    private var phase = Phase.new

    private enum Phase {
        case new, running, finished
    }

    /// - Parameter intake: nil where every handler gets every message as it is.
    package init(
        queue: Queue, settings: QueueSettings, handlers: [RegisteredHandler],
        intake: (any MessageIntake)? = nil, start: Start, context: Context, listeners: Listeners
    ) {
        self.queue = queue
        self.settings = settings
        self.context = context
        self.listeners = listeners
        table = HandlerTable(handlers, intake: intake, names: &names)
        subscription = Subscription(
            settings: SubscriptionSettings(
                queue: settings, isFIFO: queue.isFIFO, handlers: table.settings),
            attributes: start.attributes, completions: start.completions, seed: start.seed)
        lastTurn = context.clock.now()
        turnAt = lastTurn
    }

    /// Serves the queue until a stop is complete. Cancelling its task is ``stopNow()``. Runs once:
    /// a second call returns at once.
    ///
    /// Handlers that ignore being cancelled may still run when it returns; their results do not
    /// count.
    package func run() async {
        guard phase == .new else { return }
        phase = .running
        let inbox = inbox
        share = context.slots.join(weight: settings.weight, priority: settings.priority) {
            inbox.put(.event(.slotsGranted($0)))
        }
        inbox.put(.event(.timePassed))
        await withTaskExecutorPreference(context.network) {
            await withTaskCancellationHandler {
                while phase == .running {
                    for incoming in await inbox.takeAll() { take(incoming) }
                    turn()
                    lastTurn = context.clock.now()
                }
            } onCancel: {
                inbox.put(.event(.stopNow))
            }
        }
        await finishDisposals()
        close()
    }

    /// Takes nothing new, and lets what runs finish until the moment given, by this driver's clock.
    package nonisolated func stop(graceUntil: Instant) {
        inbox.put(.event(.stop(graceUntil: graceUntil)))
    }

    /// Cancels what runs, too.
    package nonisolated func stopNow() {
        inbox.put(.event(.stopNow))
    }

    /// The stop is called off: what it released may come again at once, beside what still runs. Too
    /// late for one that has told handlers to end, or is over: ``run()`` returns then.
    package nonisolated func resume() {
        inbox.put(.event(.resume))
    }

    /// New settings and handlers, for messages that come from now on. A message in hand is finished
    /// by the handlers it came under, removed ones included; what could not start is started by the
    /// present one of its name.
    package nonisolated func apply(
        _ settings: QueueSettings, handlers: [RegisteredHandler],
        intake: (any MessageIntake)? = nil
    ) {
        inbox.put(.settings(settings, handlers, intake))
    }

    /// Returns when the loop has taken an event: proof that it is alive. Returns at once when the
    /// subscription is over or has not begun.
    package func probe() async {
        guard phase == .running else { return }
        await withCheckedContinuation { inbox.put(.probe($0)) }
    }

    package func snapshot() -> DriverSnapshot {
        let now = context.clock.now()
        return DriverSnapshot(
            subscription: subscription.snapshot(),
            receives: receives.values.map {
                DriverSnapshot.Receive(outFor: now - $0.sentAt, waitTime: $0.waitTime)
            },
            sinceLastTurn: now - lastTurn, isFinished: phase == .finished)
    }

    /// What is finished of messages that may come back, the oldest first: of use to another driver
    /// of the queue once this one's ``run()`` has returned.
    package func completions() -> [Completion] { subscription.settling.completions }

    // MARK: The loop

    private func take(_ incoming: Incoming) {
        switch incoming {
        case .event(let event): gather(event)
        case .received(let poll, let arrivals, let sorter): take(arrivals, of: poll, from: sorter)
        case .settings(let settings, let handlers, let intake):
            table = HandlerTable(handlers, intake: intake, names: &names)
            change(settings)
        case .disposed(let lease): disposing[lease] = nil
        case .alarm(let moment): alarm(of: moment)
        case .probe(let continuation): continuation.resume()
        }
    }

    /// What came at once is decided on at once.
    func gather(_ event: Event) {
        forgetTask(of: event)
        gathered.append(event)
    }

    private func turn() {
        guard !gathered.isEmpty else { return }
        turnAt = context.clock.now()
        let effects = subscription.handle(gathered, at: turnAt)
        gathered.removeAll(keepingCapacity: true)
        context.workers.batch {
            for effect in effects { perform(effect) }
            startTogether()
        }
        traces.toldAll()
        noteFull()
    }

    private func forgetTask(of event: Event) {
        switch event {
        case .handlerFinished(let lease, let handler, let result, let detail):
            let key = RunKey(lease: lease, handler: handler)
            if runs.removeValue(forKey: key) != nil { traces.runReturned(of: lease) }
            if case .unavailable = result, contents[lease] != nil { unstarted.insert(key) }
            noteRejection(result, detail, by: handler, of: lease)
        case .received(let poll, _), .receiveFailed(let poll, _), .receiveCancelled(let poll):
            receives[poll] = nil
        case .slotsGranted, .handlerChecked, .deleteAnswered, .deleteCallFailed,
            .visibilityAnswered, .visibilityCallFailed, .deadLetterAnswered, .attributesRead,
            .attributesFailed, .timePassed, .settingsChanged, .stop, .stopNow, .resume:
            break
        }
    }

    /// Handlers that were replaced during a receive do not get its messages: these are sorted anew.
    /// The receive is out until then.
    private func take(_ arrivals: [Arrival], of poll: PollID, from sorter: HandlerTable) {
        if sorter === table || arrivals.isEmpty {
            return gather(.received(poll, arrivals.map(deliver)))
        }
        Task { [inbox, table] in
            inbox.put(.received(poll, await table.sort(arrivals.map(\.message)), table))
        }
    }

    private func deliver(_ arrival: Arrival) -> Delivery {
        let message = arrival.message
        lastLease += 1
        let lease = LeaseID(lastLease)
        contents[lease] = Content(arrival: arrival, table: table)
        traces.arrived(message, as: lease)
        if let disposal = arrival.disposal { disposals[lease] = disposal }
        var delivery = Delivery(
            lease: lease, messageID: message.id, receiptHandle: message.receiptHandle,
            group: message.messageGroupID, receiveCount: message.receiveCount,
            handlers: table.takers(of: arrival), hasDisposal: arrival.disposal != nil)
        delivery.bytes = message.body.utf8.count + message.attributes.size
        return delivery
    }

    private func change(_ settings: QueueSettings) {
        self.settings = settings
        share?.setWeight(settings.weight, priority: settings.priority)
        gather(
            .settingsChanged(
                SubscriptionSettings(
                    queue: settings, isFIFO: queue.isFIFO, handlers: table.settings)))
    }

    func finish() {
        phase = .finished
    }

    private func close() {
        timer?.task.cancel()
        for receive in receives.values { receive.task.cancel() }
        receives = [:]
        runs = [:]
        contents.removeAll()
        traces = TraceBook()
        rejections = [:]
        disposals = [:]
        share?.leave()
        Task { [inbox] in
            // Whoever probed in the last moment is answered.
            for case .probe(let continuation) in await inbox.takeAll() { continuation.resume() }
        }
    }
}
