import AWS
import Daemon
import HandlerLibrary
import Logging
import MessageHandling
import SubscriberConfiguration
import Synchronization
import Testing

@Suite struct HandlerSetTests {
    /// What became of the handlers that a set made, by the number of their making.
    private final class Log: Sendable {
        struct State: Equatable {
            var made = 0
            var retired: Set<Int> = []
            var shutDown: Set<Int> = []
            var gone: Set<Int> = []
            var notes: [Bool] = []
        }

        let state = Mutex(State())
    }

    private final class Managed: Handler {
        let number: Int
        let log: Log

        init(_ log: Log) {
            self.log = log
            number = log.state.withLock { state in
                state.made += 1
                return state.made
            }
        }

        deinit { log.state.withLock { [number] in _ = $0.gone.insert(number) } }

        func handle(
            _ message: Message, context: HandlerContext
        ) async throws -> HandlerResult { .done }
        var isManaged: Bool { true }
        func checkAvailability() async throws(HandlerUnavailable) {
            throw HandlerUnavailable("it is broken")
        }
        func note(isFull: Bool) async { log.state.withLock { $0.notes.append(isFull) } }
        func retire() async { log.state.withLock { _ = $0.retired.insert(number) } }
        func shutDown() async { log.state.withLock { _ = $0.shutDown.insert(number) } }
    }

    private static func settings(concurrency: Int) throws -> HandlerSettings {
        var settings = HandlerSettings(
            name: "a", queue: try QueueReference("orders"), kind: JournalSettings())
        settings.common.concurrency = concurrency
        return settings
    }

    private let log = Log()

    private func reload(_ set: inout HandlerSet, _ concurrency: Int) async throws
        -> any Handler
    {
        let handler = set.handler(for: try Self.settings(concurrency: concurrency))
        for retired in set.retiring(allBut: ["a"]) { await retired.retire() }
        return handler
    }

    @Test func `a reload that changes nothing keeps the handler`() async throws {
        var set = HandlerSet { [log] _ in Managed(log) }
        for _ in 1...5 { _ = try await reload(&set, 1) }
        #expect(log.state.withLock { $0 } == Log.State(made: 1))
    }

    @Test func `a handler that is kept answers whether it can work, and hears of the room`()
        async throws
    {
        var set = HandlerSet { [log] _ in Managed(log) }
        let handler = try await reload(&set, 1)
        await #expect(throws: HandlerUnavailable.self) {
            try await handler.checkAvailability()
        }
        #expect(handler.isManaged)
        await handler.note(isFull: true)
        #expect(log.state.withLock { $0.notes } == [true])
    }

    @Test func `a replaced handler is kept while a message may come, then ended and let go`()
        async throws
    {
        var set = HandlerSet { [log] _ in Managed(log) }
        var held: (any Handler)? = try await reload(&set, 1)
        for concurrency in 2...4 { _ = try await reload(&set, concurrency) }
        #expect(held != nil)
        // Nobody has the second and the third any more: they are ended instead.
        #expect(log.state.withLock { $0.retired } == [1])
        #expect(log.state.withLock { $0.gone.contains(1) || $0.shutDown.contains(1) } == false)
        held = nil
        _ = try await reload(&set, 5)
        await set.shutDown()
        #expect(log.state.withLock { $0.shutDown } == [1, 2, 3, 4, 5])
        #expect(log.state.withLock { $0.gone.isSuperset(of: [1, 2, 3]) })
    }

    @Test func `hundred reloads leave no more than the handlers of the last two`() async throws {
        var set = HandlerSet { [log] _ in Managed(log) }
        for concurrency in 1...100 { _ = try await reload(&set, concurrency) }
        // Ends what was let go, which may still be under way, and keeps what is in force.
        await set.shutDown()
        let kept = log.state.withLock { $0.made - $0.gone.count }
        #expect(kept <= 2)
        withExtendedLifetime(set) {}
    }

    @Test func `a handler that was removed is retired and ended`() async throws {
        var set = HandlerSet { [log] _ in Managed(log) }
        _ = try await reload(&set, 1)
        #expect(set.retiring(allBut: []).count == 1)
        #expect(set.retiring(allBut: []).isEmpty)
        await set.shutDown()
        #expect(log.state.withLock { $0.shutDown == [1] && $0.gone == [1] })
    }
}
