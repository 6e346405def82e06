internal import Logging
internal import MessageHandling

/// How handlers are run.
extension SubscriptionDriver {
    func start(_ lease: LeaseID, _ id: HandlerID) {
        let key = RunKey(lease: lease, handler: id)
        // A handler that a reload has replaced is not tried again: the new one is asked as well.
        let replaced = unstarted.isEmpty || unstarted.remove(key) == nil ? nil : table[id]
        guard let content = contents[lease], let registered = replaced ?? content.table[id] else {
            inbox.put(.event(.handlerFinished(lease, id, .cancelled)))
            return
        }
        if replaced == nil, registered.handler.isBrief, content.arrival.isAtHand {
            return startTogether(key, content, registered)
        }
        // What it is given is what the configuration that it is of makes of the message.
        let newer = replaced == nil || table === content.table ? nil : table
        let deadline = CancellationDeadline()
        let needsWorker =
            newer != nil || !registered.handler.isNonblocking || !content.arrival.isAtHand
        let executor: (any TaskExecutor)? = needsWorker ? context.workers : context.network
        let task = Task(executorPreference: executor) { [inbox, context] in
            let notes = RunNotes()
            let arrival = await newer?.arrival(of: content.arrival.message) ?? content.arrival
            let result = await registered.run(
                arrival, context.logger, deadline: deadline, notes: notes)
            let finished = Incoming.event(.handlerFinished(lease, id, result, notes.detail))
            guard needsWorker else { return inbox.put(finished) }
            if inbox.leave(finished) { context.workers.signalLater { inbox.wake() } }
        }
        began(Run(task: task, deadline: deadline, since: turnAt), as: key, content, registered)
    }

    /// Runs of a brief handler that start in one turn.
    struct Together {
        let handler: HandlerID
        let registered: RegisteredHandler
        var leases: [LeaseID] = []
        var contents: [Content] = []
    }

    /// A worker is kept by no more than one receive brings.
    private static var mostTogether: Int { 10 }

    private func startTogether(
        _ key: RunKey, _ content: Content, _ registered: RegisteredHandler
    ) {
        if let present = together,
            present.handler != key.handler || present.contents.first?.table !== content.table
                || present.leases.count == Self.mostTogether
        {
            startTogether()
        }
        if together == nil { together = Together(handler: key.handler, registered: registered) }
        together?.leases.append(key.lease)
        together?.contents.append(content)
    }

    /// Starts the brief runs that were gathered.
    func startTogether() {
        guard let starting = together else { return }
        together = nil
        let (leases, handler) = (starting.leases, starting.handler)
        let deadline = CancellationDeadline()
        let parts = starting.contents.map { content in
            RegisteredHandler.Part(
                arrival: content.arrival, deadline: deadline, notes: RunNotes())
        }
        let task = Task(executorPreference: context.workers) {
            [inbox, context, registered = starting.registered] in
            let results = await registered.run(together: parts, context.logger)
            Self.leave(results, of: parts, leases, handler, in: inbox, context)
        }
        for (lease, content) in zip(leases, starting.contents) {
            began(
                Run(task: task, deadline: deadline, since: turnAt),
                as: RunKey(lease: lease, handler: handler), content, starting.registered)
        }
    }

    private func began(
        _ run: Run, as key: RunKey, _ content: Content, _ registered: RegisteredHandler
    ) {
        runs[key] = run
        traces.runBegan(of: key.lease)
        listeners.started(content.arrival.message, registered.name)
    }

    func cancel(_ key: RunKey, _ reason: CancelReason) {
        guard let run = runs[key] else { return }
        if case .leaseLost(_, let moment) = reason {
            run.deadline.set(.now + (moment - context.clock.now()))
        }
        run.task.cancel()
    }

    /// Checks on the workers, like all that a handler does: it may block.
    func check(_ id: HandlerID) {
        guard table[id] != nil else {
            return inbox.put(.event(.handlerChecked(id, unavailable: nil)))
        }
        Task(executorPreference: context.workers) { [inbox, table] in
            inbox.put(.event(.handlerChecked(id, unavailable: await table.check(id))))
        }
    }

    /// Messages of one group, in their order. Those that came under other handlers than the first
    /// one did, with a reload between them, come back.
    func start(_ leases: [LeaseID], inOrder id: HandlerID) {
        if let first = leases.first, unstarted.contains(RunKey(lease: first, handler: id)) {
            return start(first, id, before: leases.dropFirst())
        }
        let together = contents(of: leases)
        guard let registered = together.first?.table[id] else {
            for lease in leases { inbox.put(.event(.handlerFinished(lease, id, .cancelled))) }
            return
        }
        let runs = together.map { content in
            RegisteredHandler.Part(
                arrival: content.arrival, deadline: CancellationDeadline(), notes: RunNotes())
        }
        let task = Task(executorPreference: context.workers) { [inbox, context] in
            let results = await registered.run(inOrder: runs, context.logger)
            Self.leave(results, of: runs, leases, id, in: inbox, context)
        }
        for ((lease, run), content) in zip(zip(leases, runs), together) {
            began(
                Run(task: task, deadline: run.deadline, since: turnAt),
                as: RunKey(lease: lease, handler: id), content, registered)
        }
    }

    /// Tells what came of runs that were one piece of work; one without a result was cancelled.
    private static func leave(
        _ results: [HandlerResult], of runs: [RegisteredHandler.Part], _ leases: [LeaseID],
        _ handler: HandlerID, in inbox: Inbox<Incoming>, _ context: Context
    ) {
        let finished = leases.enumerated().map { place, lease in
            let detail = place < runs.count ? runs[place].notes.detail : RunDetail()
            let result = place < results.count ? results[place] : .cancelled
            return Incoming.event(.handlerFinished(lease, handler, result, detail))
        }
        if inbox.leave(contentsOf: finished) { context.workers.signalLater { inbox.wake() } }
    }

    /// One that did not start before is tried alone: it may be for another handler by now. Those
    /// that were to go along come back.
    private func start(
        _ lease: LeaseID, _ id: HandlerID, before others: ArraySlice<LeaseID>
    ) {
        start(lease, id)
        for other in others { inbox.put(.event(.handlerFinished(other, id, .cancelled))) }
    }

    /// The first of them, and those after it that the same handler has.
    private func contents(of leases: [LeaseID]) -> [Content] {
        let known = leases.map { contents[$0] }
        guard let first = known.first ?? nil else { return [] }
        return known.prefix { $0?.table === first.table }.compactMap(\.self)
    }
}
