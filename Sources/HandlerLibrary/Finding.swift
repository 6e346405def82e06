package import MessageHandling

/// What a kind of handler finds that a run came to, and why, for the log.
package struct Finding: Equatable {
    package let result: HandlerResult
    /// `nil` where there is nothing to explain: the message was handled.
    package let reason: String?

    private init(_ result: HandlerResult, _ reason: String?) {
        self.result = result
        self.reason = reason
    }

    package static let done = Finding(.done, nil)
    package static let cancelled = Finding(.cancelled, nil)

    package static func retry(after delay: Duration? = nil, _ reason: String) -> Finding {
        Finding(.retry(after: delay), reason)
    }

    /// A failure, after which the configuration names the delay, if it does.
    package static func failure(after delay: Duration?, _ reason: String) -> Finding {
        Finding(delay.map { .failed(after: $0) } ?? .retry(), reason)
    }

    package static func reject(_ reason: String) -> Finding {
        Finding(.reject(reason: reason), reason)
    }

    package static func unavailable(_ reason: String) -> Finding {
        Finding(.unavailable(reason), reason)
    }

    /// How the run ended, for its notes. A rejection has its reason with it.
    package var ending: String? { if case .outcome(.reject) = result { nil } else { reason } }
}
