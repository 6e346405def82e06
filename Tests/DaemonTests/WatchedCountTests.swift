import Daemon
import SQS
import SubscriberEngine
import Synchronization
import Testing

@Suite struct WatchedCountTests {
    private static let start = Instant(sinceStart: .seconds(10_000))

    /// SQS, which answers what is set, and counts how often it was asked.
    private final class Service: Sendable {
        let state: Mutex<(asked: Int, answer: Result<Int?, SQSError>)>

        init(_ answer: Int?) { state = Mutex((0, .success(answer))) }

        var asked: Int { state.withLock { $0.asked } }

        func answer(_ answer: Result<Int?, SQSError>) { state.withLock { $0.answer = answer } }

        func count() throws(SQSError) -> Int? {
            try state.withLock { state in
                state.asked += 1
                return state.answer
            }.get()
        }
    }

    private func look(
        _ count: WatchedCount<Int>, _ service: Service, after seconds: Int
    ) -> Int? {
        count.latest(
            at: Self.start + .seconds(seconds),
            asking: { () async throws(SQSError) in try service.count() },
            excuse: { $0.kind == .denied ? -1 : nil })
    }

    /// Returns when what was asked for then has come.
    private func wait(
        _ count: WatchedCount<Int>, _ service: Service, after seconds: Int, for answer: Int?
    ) async {
        while look(count, service, after: seconds) != answer { await Task.yield() }
    }

    @Test(.timeLimit(.minutes(1)))
    func `it is asked for at most every ten seconds, and only when somebody looks`() async {
        let (count, service) = (WatchedCount<Int>(), Service(7))
        #expect(look(count, service, after: 0) == nil)
        await wait(count, service, after: 0, for: 7)
        service.answer(.success(8))
        #expect(look(count, service, after: 9) == 7)
        #expect(service.asked == 1)
        #expect(look(count, service, after: 10) == 7)
        await wait(count, service, after: 10, for: 8)
        #expect(service.asked == 2)
    }

    @Test(.timeLimit(.minutes(1)))
    func `what was counted before a trouble does not pass for the present`() async {
        let (count, service) = (WatchedCount<Int>(), Service(7))
        await wait(count, service, after: 0, for: 7)
        service.answer(.failure(SQSError(.transient, code: "Network", "no network")))
        await wait(count, service, after: 10, for: nil)
        service.answer(.success(9))
        await wait(count, service, after: 20, for: 9)
        #expect(service.asked == 3)
    }

    @Test(.timeLimit(.minutes(1)))
    func `who may not look does not try again and again`() async {
        let (count, service) = (WatchedCount<Int>(), Service(7))
        service.answer(.failure(SQSError(.denied, code: "AccessDenied", "not allowed")))
        await wait(count, service, after: 0, for: -1)
        service.answer(.success(9))
        #expect(look(count, service, after: 299) == -1)
        #expect(service.asked == 1)
        await wait(count, service, after: 300, for: 9)
    }
}
