import AWS
import Calendar
import Control
import Glibc
import HTTPTransport
import HandlerLibrary
import Logging
import MessageHandling
import S3
import SQS
import Settings
import SubscriberConfiguration
import SubscriberEngine
import Systemd

/// What happens to the daemon, one thing after the other.
///
/// Signals and first answers of queues arrive in one stream, so that no two of them are ever acted
/// upon at once. A tick, which needs no other thread than the network's, gives way to them.
actor DaemonLoop {
    enum Happening: Sendable {
        case signal(SignalListener.Signal)
        /// Somebody asks for something that others must not be in the midst of; called once,
        /// without a daemon where that has ended.
        case asked(@Sendable (DaemonLoop?) async -> Void)
        case queue(String, QueueRunner.Change)
        /// A start may be held up no longer.
        case startOverdue
        /// Nothing is in flight any more.
        case drained
    }

    /// How long a passing trouble may hold up a start; a third of systemd's own patience.
    static let startPatience = Duration.seconds(30)
    /// How often the status line is made anew. It is sent when it says something new.
    static let tickInterval = Duration.seconds(5)
    /// Ticks between two summaries of what the log left out: 10 s.
    static let ticksPerSummary = 2

    enum Phase {
        case starting(StartGate)
        case serving
        case stopping(StopAllowance)
        case failed(ExitStatus)
    }

    let setup: Daemon.Setup
    let notifier: Notifier
    let supervisor: Supervisor
    let workers: WorkerPool
    let slots: SlotPool
    let messageLog: MessageLog
    let clock: any EngineClock
    let objects: S3Client
    let requests: RequestFigures
    let service: SQSClient
    /// What the page shows of the past; nothing is put into it where there is no page.
    let (history, load) = (MessageHistory(), LoadHistory())
    var handlers: HandlerSet
    var scheduler: TaskScheduler
    private let signals: SignalListener
    private let happenings: AsyncStream<Happening>
    let inbox: AsyncStream<Happening>.Continuation
    var configuration: Configuration
    var synonyms = QueueSynonyms()
    /// When the configuration was read, and this began, in seconds since 1970.
    var (readAt, since) = (time(nil), time(nil))
    var paused: PausedQueues
    var phase: Phase
    private var background: [Task<Void, Never>] = []
    /// Kept in the status line until a reload succeeds.
    var notice: String?
    var ticks = 0
    /// Whether the memory that the start took, or a reload, is given back.
    var isSettled = false
    /// Whether something that happened is acted upon, and how often something was.
    private(set) var (isActing, turns) = (false, 0)

    init(
        setup: Daemon.Setup, connection: ServiceConnection, notifier: Notifier,
        signals: SignalListener
    ) {
        self.setup = setup
        self.notifier = notifier
        self.signals = signals
        configuration = setup.configuration
        (happenings, inbox) = AsyncStream<Happening>.makeStream()
        workers = WorkerPool(lanes: configuration.slots)
        objects = connection.objects
        requests = connection.requests
        service = connection.service
        slots = SlotPool(slots: configuration.slots)
        clock = NetworkClock()
        let state = StateDirectory.open(setup.stateDirectory, logger: setup.logger)
        let opener = QueueOpener(service: connection.service)
        paused = PausedQueues(directory: state?.path)
        scheduler = TaskScheduler(
            opener: opener, memory: TaskMemory(directory: state?.path), logger: setup.logger)
        messageLog = MessageLog(
            logger: setup.logger,
            linesPerSecond: setup.messageLines(configuration))
        handlers = HandlerSet(setup, connection: connection, logger: messageLog.logger)
        supervisor = Supervisor(
            shared: QueueRunner.Shared(
                opener: opener,
                drivers: SubscriptionDriver.Context(
                    service: connection.service, slots: slots, workers: workers,
                    network: NetworkThread.shared, clock: clock, logger: messageLog.logger),
                messageLog: messageLog,
                claims: QueueClaims(endpoint: connection.endpoint),
                completions: state.map { CompletionStore($0, logger: setup.logger) },
                tally: MessageTally(),
                history: configuration.web.listen == nil ? nil : history,
                warnsOfEndlessFailures: setup.localQueue == nil,
                logger: setup.logger, changed: { [inbox] in inbox.yield(.queue($0, $1)) }))
        phase = .starting(StartGate(queues: configuration.subscriptions.map(\.queue.text)))
    }

    func run() async -> ExitStatus {
        startBackground()
        let servers = await openControl()
        loadPaused()
        await applyPlans()
        await decideStart(isOverdue: false)
        for await happening in happenings {
            await take(happening)
            if case .drained = happening { break }
        }
        for task in background { task.cancel() }
        await handlers.shutDown()
        await refuseTheRest()
        for server in servers { await server.close() }
        // What was left out since the last summary.
        messageLog.summarise()
        if case .failed(let status) = phase { return status }
        setup.logger.notice(
            "Stopped", metadata: ["event_id": .string(EventID.stopped.rawValue)])
        return .success
    }

    /// Makes the queues served that the configuration asks for, but for those that are paused.
    func applyPlans() async {
        let plans = setup.plans(for: configuration, synonyms, objects: objects) {
            handlers.handler(for: $0)
        }
        let (idle, wanted) = (plans.filter(isPaused), plans.filter { !isPaused($0) })
        if case .starting(var gate) = phase {
            gate.retarget(wanted.map(\.key))
            phase = .starting(gate)
        }
        await supervisor.apply(wanted, paused: idle)
        for handler in handlers.retiring(allBut: configuration.handlerNames) {
            await handler.retire()
        }
    }

    private func startBackground() {
        let (inbox, signals) = (inbox, signals)
        background = [
            Task { for await signal in signals.signals { inbox.yield(.signal(signal)) } },
            Task {
                try? await NetworkThread.shared.sleep(for: Self.startPatience)
                inbox.yield(.startOverdue)
            },
            Task(executorPreference: NetworkThread.shared) {
                while (try? await NetworkThread.shared.sleep(for: Self.tickInterval)) != nil {
                    await self.tick()
                }
            },
        ]
        if configuration.web.listen != nil {
            background.append(
                Task(executorPreference: NetworkThread.shared) { await self.watchLoad() })
        }
        if let watch = HealthWatch(notifier.serviceManager, supervisor, workers, setup.logger) {
            background.append(Task(executorPreference: NetworkThread.shared) { await watch.run() })
        }
    }

    /// Who asked for something that is not done any more is told.
    private func refuseTheRest() async {
        inbox.finish()
        for await happening in happenings {
            if case .asked(let work) = happening { await work(nil) }
        }
    }

    private func take(_ happening: Happening) async {
        turns += 1
        isActing = true
        defer { isActing = false }
        switch happening {
        case .signal(.stop): await stop()
        case .signal(.reload): _ = await reload()
        case .asked(let work): await work(self)
        case .signal(.show): await logState()
        case .queue(let queue, let change): await note(queue, change)
        case .startOverdue: await decideStart(isOverdue: true)
        case .drained: break
        }
    }
}

// MARK: Start

extension DaemonLoop {
    private func note(_ queue: String, _ change: QueueRunner.Change) async {
        if case .isQueue(of: let other) = change { return await unite(queue, with: other) }
        guard case .starting(var gate) = phase else { return await refreshStatus() }
        switch change {
        case .served: gate.served(queue)
        case .troubled(let trouble): gate.troubled(queue, trouble)
        case .isQueue: break
        }
        phase = .starting(gate)
        await decideStart(isOverdue: false)
    }

    func decideStart(isOverdue: Bool) async {
        guard case .starting(let gate) = phase else { return }
        switch gate.verdict(isOverdue: isOverdue) {
        case .wait: await refreshStatus()
        case .ready:
            phase = .serving
            await logReady()
            notifier.enter(.ready, status: await statusText())
            scheduler.apply(configuration)
        case .fail(let status, let reason):
            phase = .failed(status)
            notifier.failed(status, reason: reason)
            await supervisor.stopNow()
            awaitDrain()
        }
    }
}

// MARK: Stop

extension DaemonLoop {
    private func stop() async {
        switch phase {
        case .starting, .serving:
            let graceUntil = clock.now() + configuration.graceTime
            phase = .stopping(StopAllowance(graceUntil: graceUntil))
            scheduler.stop()
            await supervisor.stop(graceUntil: graceUntil)
            setup.logger.notice(
                "Stopping: what runs may take \(configuration.graceTime.readable)",
                metadata: ["event_id": .string(EventID.stopping.rawValue)])
            for handler in handlers.retiring(allBut: []) { await handler.retire() }
            notifier.enter(.stopping, status: await statusText())
            askForTime()
            awaitDrain()
        case .stopping(var allowance):
            allowance.hurry(at: clock.now())
            phase = .stopping(allowance)
            await supervisor.stopNow()
            setup.logger.warning("Stopping at once: handlers are cancelled")
        case .failed: break
        }
    }

    /// Tells the service manager that the stop goes its way, for as long as it may take.
    func askForTime() {
        guard case .stopping(let allowance) = phase, let time = allowance.toAsk(at: clock.now())
        else { return }
        notifier.send(.extendTimeout(time))
    }

    private func awaitDrain() {
        background.append(
            Task { [supervisor, inbox] in
                await supervisor.untilIdle()
                inbox.yield(.drained)
            })
    }
}
