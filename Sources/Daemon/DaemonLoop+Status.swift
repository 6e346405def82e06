import HTTPTransport
import Logging
import SubscriberConfiguration
import SubscriberEngine
import Systemd

/// What is shown of the daemon.
extension DaemonLoop {
    func tick() async {
        guard !isActing else { return }
        ticks += 1
        if ticks.isMultiple(of: Self.ticksPerSummary) { messageLog.summarise() }
        askForTime()
        settle()
        let turn = turns
        let text = await statusText()
        if turn == turns { notifier.refresh(status: text) }
    }

    /// Gives back the memory that the start took, or a reload.
    private func settle() {
        guard !isSettled, case .serving = phase else { return }
        isSettled = true
        ProcessMemory.settle()
    }

    /// Looks at the load again and again, until it is cancelled.
    nonisolated func watchLoad() async {
        repeat {
            let time = WallTime(now: clock.now())
            load.note(await supervisor.looks(time), at: clock.now())
        } while (try? await NetworkThread.shared.sleep(for: LoadHistory.interval)) != nil
    }

    func refreshStatus() async { notifier.refresh(status: await statusText()) }

    func statusText() async -> String {
        let (queues, counts) = await supervisor.overview()
        return statusText(queues, counts, WallTime(now: clock.now()))
    }

    func statusText(
        _ queues: [QueueStatus], _ counts: MessageCounts, _ time: WallTime
    ) -> String {
        let isStopping = if case .stopping = phase { true } else { false }
        return StatusLine.text(
            queues: queues, counts: counts, slots: configuration.slots, time: time,
            isStopping: isStopping, notice: notice)
    }

    /// That the start is over, and how many queues are served by then.
    func logReady() async {
        let all = configuration.subscriptions.count
        let served = await supervisor.statuses().count(where: \.isServed)
        let handlers = configuration.subscriptions.reduce(0) { $0 + $1.handlers.count }
        setup.logger.log(
            level: served == all ? .notice : .warning,
            """
            Ready: \(served == all ? "" : "only \(served) of ")\(all.counted("queue")) served, \
            \(handlers.counted("handler")), \(configuration.slots.counted("slot"))
            """, metadata: ["event_id": .string(EventID.ready.rawValue)])
    }

    /// The status line, and then each queue, for who asked by a signal.
    func logState() async {
        let metadata: Logger.Metadata = ["event_id": .string(EventID.state.rawValue)]
        let status = await statusText()
        setup.logger.notice("\(status)", metadata: metadata)
        let time = WallTime(now: clock.now())
        for queue in await supervisor.statuses() {
            setup.logger.notice(
                "\(queue.detail(time))",
                metadata: metadata.merging(["queue": .string(queue.name)]) { $1 })
        }
    }
}
