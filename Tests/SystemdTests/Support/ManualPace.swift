/// A clock that a test moves: each sleep lasts until ``elapse()``.
struct ManualPace: Sendable {
    /// One element for each sleep that began: its length.
    let starts: AsyncStream<Duration>
    private let started: AsyncStream<Duration>.Continuation
    private let ticks: AsyncStream<Void>
    private let ticked: AsyncStream<Void>.Continuation

    init() {
        (starts, started) = AsyncStream.makeStream()
        (ticks, ticked) = AsyncStream.makeStream()
    }

    @Sendable func sleep(_ duration: Duration) async throws {
        started.yield(duration)
        for await _ in ticks {
            return
        }
        throw CancellationError()
    }

    /// Ends the present sleep, or the next one if nobody sleeps.
    func elapse() {
        ticked.yield()
    }
}
