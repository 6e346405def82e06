import HandlerLibrary
import MessageHandling
import TestKit

/// Handlers in Swift: what they return, throw and take.
enum SwiftRows {
    static let all = [
        row("returns done", .done, [.deleted]) { .done },
        row("returns retry", .retry(), []) { .retry() },
        row("rejects", .reject, []) { .reject(reason: "bad") },
        row("throws", .retry(), []) { throw Trouble() },
        row("says that it cannot work", .unavailable, [.visible(after: .zero)]) {
            throw HandlerUnavailable("the database is down")
        },
        row("past its timeout", .retry(), [], timeout: .milliseconds(50)) { try await forEver() },
        Row(
            kind: "swift", happening: "not registered",
            handler: UnavailableHandler("no such handler"),
            result: .unavailable, fate: [.visible(after: .zero)]),
    ]

    private struct Trouble: Error {}

    /// Until it is cancelled.
    private static func forEver() async throws -> Outcome {
        let (never, end) = AsyncStream<Never>.makeStream()
        for await _ in never {}
        end.finish()
        return .done
    }

    private static func row(
        _ happening: String, _ result: RunResult, _ fate: [Fate], timeout: Duration? = nil,
        _ body: @escaping @Sendable () async throws -> Outcome
    ) -> Row {
        Row(
            kind: "swift", happening: happening,
            handler: TimeLimitedHandler(
                ClosureHandler { _, _ in try await body() }, timeout: timeout), result: result,
            fate: fate)
    }
}
