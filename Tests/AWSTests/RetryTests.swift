import AWS
import HTTP
import Testing

struct RetryTests {
    @Test(arguments: [
        (0, 0), (1, 50), (2, 100), (3, 200), (9, 12_800), (10, 20_000), (11, 20_000),
        (1_000_000_000, 20_000),
    ])
    func `the wait doubles up to its cap`(failures: Int, milliseconds: Int) {
        let backoff = Backoff.transient
        #expect(backoff.ceiling(afterFailures: failures) == .milliseconds(milliseconds))
        #expect(
            backoff.delay(afterFailures: failures, fraction: 0.5)
                == .milliseconds(milliseconds) / 2)
        #expect(backoff.delay(afterFailures: failures, fraction: 0) == .zero)
    }

    @Test func `throttling waits longer from the start`() {
        #expect(Backoff.throttling.ceiling(afterFailures: 1) == .seconds(1))
        #expect(Backoff.throttling.ceiling(afterFailures: 9) == .seconds(20))
        #expect(Backoff.credentials.ceiling(afterFailures: 9) == .seconds(60))
    }

    @Test(arguments: [(0, 4_000), (5_000, 5_000), (8_000, 8_000), (600_000, 9_000)])
    func `a server can lengthen the wait by five seconds at most`(asked: Int, waited: Int) {
        let delay = Backoff.throttling.delay(
            afterFailures: 4, fraction: 0.5, serverAsks: .milliseconds(asked))
        #expect(delay == .milliseconds(waited))
    }

    @Test func `an empty quota ends retries until requests succeed`() {
        var quota = RetryQuota()
        var retries = 0
        while quota.takeRetry(.transient) != nil { retries += 1 }
        #expect(retries == 35)
        #expect(quota.tokens == 10)
        #expect(quota.takeRetry(.throttling) == 5)
        #expect(quota.takeRetry(.throttling) == 5)
        #expect(quota.takeRetry(.throttling) == nil)
        quota.succeeded(lastCost: 14)
        #expect(quota.takeRetry(.transient) == 14)
        for _ in 0..<4 { quota.succeeded(lastCost: nil) }
        #expect(quota.takeRetry(.throttling) == nil)
        quota.succeeded(lastCost: nil)
        #expect(quota.takeRetry(.throttling) == 5)
    }

    @Test func `successes never fill the quota above its size`() {
        var quota = RetryQuota()
        quota.succeeded(lastCost: 14)
        #expect(quota.tokens == RetryQuota.capacity)
    }
}
