internal import MessageHandling

/// Fetches the payload of one message for the first run that asks for it, and keeps it for the
/// others, for as long as somebody refers to this.
actor PayloadFetch {
    private let fetch: @Sendable () async -> Arrival.Content
    private var kept: Arrival.Content?
    private var current: Task<Arrival.Content, Never>?

    init(_ fetch: @escaping @Sendable () async -> Arrival.Content) {
        self.fetch = fetch
    }

    /// What the payload comes to. A trouble that may pass is not kept: the next run tries again.
    func content() async -> Arrival.Content {
        if let kept { return kept }
        if let current {
            let content = await result(of: current)
            // The run that had begun it was cancelled, and this one was not.
            guard case .missing(.cancelled) = content, !Task.isCancelled else { return content }
        }
        if let kept { return kept }
        return await result(of: current ?? begin())
    }

    private func begin() -> Task<Arrival.Content, Never> {
        let task = Task { [fetch] in
            let content = await fetch()
            settle(content)
            return content
        }
        current = task
        return task
    }

    private func settle(_ content: Arrival.Content) {
        current = nil
        switch content {
        case .message, .missing(.outcome): kept = content
        case .missing, .elsewhere: break
        }
    }

    /// Runs of one message are cancelled together, so the first to be is the end of the fetch.
    private func result(of task: Task<Arrival.Content, Never>) async -> Arrival.Content {
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
