import AWS
import FoundationEssentials
import Synchronization
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CredentialCacheTests {
    private let provider = GatedProvider()
    private let clock = ManualClock()
    private let wall = ManualWall()
    private let events = EventLog()

    final class EventLog: Sendable {
        let all = Mutex<[CredentialCache.Event]>([])
    }

    private func makeCache() -> CredentialCache {
        CredentialCache(
            provider: provider,
            now: { [wall] in Date(timeIntervalSince1970: wall.secondsSince1970) }, clock: clock,
            random: { 0.5 }, report: { [events] event in events.all.withLock { $0.append(event) } })
    }

    private func credentials(_ id: String, lasting seconds: Double? = nil) -> Credentials {
        let expiration = seconds.map {
            Date(timeIntervalSince1970: wall.secondsSince1970 + $0)
        }
        return Credentials(accessKeyID: id, secretAccessKey: "s", expiration: expiration)
    }

    /// Comes back once so many wait.
    private func waiters(_ count: Int, of cache: CredentialCache) async {
        while cache.waiterCount != count { await Task.yield() }
    }

    private func asking(_ cache: CredentialCache) -> Task<Credentials, any Error> {
        Task { try await cache.credentials() }
    }

    private func holding(
        _ credentials: Credentials, _ cache: CredentialCache,
        _ calls: inout AsyncStream<GatedProvider.Call>.Iterator
    ) async throws {
        let task = asking(cache)
        await calls.next()?.answer(credentials)
        #expect(try await task.value == credentials)
    }

    /// Keeps asking, since the first demand after a pause starts the flight, until there is a call.
    private func nextCall(
        asking cache: CredentialCache, _ calls: inout AsyncStream<GatedProvider.Call>.Iterator
    ) async -> GatedProvider.Call? {
        let asker = Task {
            while !Task.isCancelled {
                let held = try await cache.credentials()
                #expect(held.accessKeyID == "OLD")
                await Task.yield()
            }
        }
        defer { asker.cancel() }
        return await calls.next()
    }

    @Test func `a hundred who ask at once share one flight`() async throws {
        let cache = makeCache()
        var calls = provider.calls.makeAsyncIterator()
        let tasks = (0..<100).map { _ in asking(cache) }
        let call = await calls.next()
        await waiters(100, of: cache)
        call?.answer(credentials("A"))
        for task in tasks { #expect(try await task.value.accessKeyID == "A") }
        // A second call would have come before this answer from the cache.
        #expect(try await cache.credentials().accessKeyID == "A")
        #expect(events.all.withLock { $0 } == [.renewed(credentials("A"))])
    }

    @Test func `a refresh ahead of the expiry lets nobody wait`() async throws {
        let cache = makeCache()
        var calls = provider.calls.makeAsyncIterator()
        try await holding(credentials("OLD", lasting: 3600), cache, &calls)
        wall.advance(bySeconds: 2700)
        for _ in 0..<3 { #expect(try await cache.credentials().accessKeyID == "OLD") }
        await calls.next()?.answer(credentials("NEW", lasting: 3600))
        while try await cache.credentials().accessKeyID == "OLD" { await Task.yield() }
        #expect(try await cache.credentials().accessKeyID == "NEW")
    }

    @Test func `a failed refresh leaves the old ones in use, and is repeated after a pause`()
        async throws
    {
        let cache = makeCache()
        var calls = provider.calls.makeAsyncIterator()
        try await holding(credentials("OLD", lasting: 3600), cache, &calls)
        wall.advance(bySeconds: 3000)
        let pauses = [Duration.milliseconds(500), .seconds(1), .seconds(2)]
        for (index, pause) in pauses.enumerated() {
            await nextCall(asking: cache, &calls)?.fail(.refused)
            #expect(await clock.sleeps.wait(for: index + 1)[index].length == pause)
            #expect(try await cache.credentials().accessKeyID == "OLD")
            clock.advance(by: pause)
        }
        await nextCall(asking: cache, &calls)?.answer(credentials("NEW", lasting: 3600))
        while try await cache.credentials().accessKeyID == "OLD" { await Task.yield() }
        let failures = events.all.withLock { $0 }.filter {
            if case .failing = $0 { true } else { false }
        }
        #expect(failures.count == 1)
    }

    @Test func `an error is told to those who waited, and not kept`() async throws {
        let cache = makeCache()
        var calls = provider.calls.makeAsyncIterator()
        let first = asking(cache)
        await calls.next()?.fail(.refused, "not you")
        let error = await #expect(throws: CredentialError.self) { try await first.value }
        #expect(error == CredentialError(.refused, "not you"))
        #expect(await clock.sleeps.wait(for: 1)[0].length == .milliseconds(500))

        let second = asking(cache)
        await waiters(1, of: cache)
        clock.advance(by: .milliseconds(500))
        await calls.next()?.answer(credentials("A"))
        #expect(try await second.value.accessKeyID == "A")
    }

    @Test func `a source that gives no answer is asked three times before it fails`() async throws {
        let cache = makeCache()
        var calls = provider.calls.makeAsyncIterator()
        let task = asking(cache)
        for (index, pause) in [Duration.milliseconds(25), .milliseconds(50)].enumerated() {
            await calls.next()?.fail(.unavailable)
            #expect(await clock.sleeps.wait(for: index + 1)[index].length == pause)
            clock.advance(by: pause)
        }
        await calls.next()?.fail(.unavailable, "still nothing")
        let error = await #expect(throws: CredentialError.self) { try await task.value }
        #expect(error == CredentialError(.unavailable, "still nothing"))
    }

    @Test func `a waiter that is cancelled leaves, the others get their credentials`()
        async throws
    {
        let cache = makeCache()
        var calls = provider.calls.makeAsyncIterator()
        // The one that is cancelled is the one that started the flight.
        let impatient = asking(cache)
        let call = await calls.next()
        await waiters(1, of: cache)
        let patient = asking(cache)
        await waiters(2, of: cache)
        impatient.cancel()
        let error = await #expect(throws: CredentialError.self) { try await impatient.value }
        #expect(error?.kind == .cancelled)
        #expect(cache.waiterCount == 1)
        call?.answer(credentials("A"))
        #expect(try await patient.value.accessKeyID == "A")
    }

    @Test func `a task that is cancelled already does not wait`() async throws {
        let cache = makeCache()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await cache.credentials()
        }
        let error = await #expect(throws: CredentialError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(cache.waiterCount == 0)
    }

    @Test func `rejected credentials are asked for anew`() async throws {
        let cache = makeCache()
        var calls = provider.calls.makeAsyncIterator()
        let old = credentials("OLD", lasting: 3600)
        try await holding(old, cache, &calls)
        cache.invalidate(credentials("OTHER"))
        #expect(try await cache.credentials() == old)
        cache.invalidate(old)
        try await holding(credentials("NEW"), cache, &calls)
        cache.invalidate(old)
        #expect(try await cache.credentials().accessKeyID == "NEW")
    }

    @Test func `nothing found is an error with the reasons`() async throws {
        let cache = makeCache()
        var calls = provider.calls.makeAsyncIterator()
        let task = asking(cache)
        await calls.next()?.isAbsent("no file; no role")
        let error = await #expect(throws: CredentialError.self) { try await task.value }
        #expect(error == CredentialError(.missing, "no AWS credentials: no file; no role"))
    }
}
