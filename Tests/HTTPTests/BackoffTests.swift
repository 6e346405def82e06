import HTTP
import Testing

struct BackoffTests {
    @Test(arguments: [
        (-1, 0), (0, 0), (1, 10), (2, 20), (3, 40), (6, 320), (7, 500), (1_000_000_000, 500),
    ])
    func `the wait doubles up to its maximum`(failures: Int, seconds: Int) {
        let backoff = Backoff(initial: .seconds(10), maximum: .seconds(500), drawn: 0)
        #expect(backoff.ceiling(afterFailures: failures) == .seconds(seconds))
        #expect(backoff.delay(afterFailures: failures, fraction: 0.3) == .seconds(seconds))
    }

    @Test func `a first wait beyond the maximum is the maximum`() {
        let backoff = Backoff(initial: .seconds(9), maximum: .seconds(4), drawn: 0)
        #expect(backoff.ceiling(afterFailures: 1) == .seconds(4))
    }

    @Test(arguments: [
        (0, 400, 400, 400), (0.25, 300, 350, 400), (0.5, 200, 300, 400), (1, 0, 200, 400),
    ])
    func `a part of the wait is drawn`(drawn: Double, least: Int, middle: Int, most: Int) {
        let backoff = Backoff(initial: .seconds(100), maximum: .seconds(900), drawn: drawn)
        #expect(backoff.delay(afterFailures: 3, fraction: 0) == .seconds(least))
        #expect(backoff.delay(afterFailures: 3, fraction: 0.5) == .seconds(middle))
        #expect(backoff.delay(afterFailures: 3, fraction: 1) == .seconds(most))
    }
}
