package import MessageHandling

/// Fetches the payload of one message for the first run that asks for it, and keeps what is in it
/// for the others, for as long as somebody refers to this.
package actor PayloadFetch {
    /// What is known of the payload.
    package enum Found: Sendable {
        case bytes([UInt8])
        case content(Arrival.Content)
    }

    private let fetch: @Sendable () async -> Found
    private let decode: @Sendable ([UInt8]) -> Arrival.Content
    private var kept: Found?
    private var current: Task<Found, Never>?

    /// - Parameters:
    ///   - fetch: the bytes, or why there are none.
    ///   - decode: what handlers are given of them.
    package init(
        fetch: @escaping @Sendable () async -> Found,
        decode: @escaping @Sendable ([UInt8]) -> Arrival.Content
    ) {
        self.fetch = fetch
        self.decode = decode
    }

    /// What the payload comes to. A trouble that may pass is not kept: the next run tries again.
    ///
    /// Decodes in the task that asks, on the threads that handlers have: a large payload takes
    /// seconds, in which no driver is to stand still. Runs that ask at the same time each do so.
    package nonisolated func content() async -> Arrival.Content {
        switch await found() {
        case .content(let content): return content
        case .bytes(let bytes):
            let content = decode(bytes)
            await settle(.content(content))
            return content
        }
    }

    private func found() async -> Found {
        if let kept { return kept }
        if let current {
            let found = await result(of: current)
            // The run that had begun it was cancelled, and this one was not.
            guard case .content(.missing(.cancelled)) = found, !Task.isCancelled else {
                return found
            }
        }
        if let kept { return kept }
        return await result(of: current ?? begin())
    }

    private func begin() -> Task<Found, Never> {
        let task = Task { [fetch] in
            let found = await fetch()
            settle(found)
            return found
        }
        current = task
        return task
    }

    private func settle(_ found: Found) {
        current = nil
        switch found {
        case .bytes, .content(.message), .content(.missing(.outcome)): kept = found
        case .content(.missing), .content(.elsewhere): break
        }
    }

    /// Runs of one message are cancelled together, so the first to be is the end of the fetch.
    private func result(of task: Task<Found, Never>) async -> Found {
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
