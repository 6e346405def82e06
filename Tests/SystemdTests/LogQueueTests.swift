import Dispatch
import Glibc
import Logging
import Synchronization
import Systemd
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LogQueueTests {
    /// A log whose reader can be made to stop.
    private final class Log: Sendable {
        static let patience = Duration.seconds(30)

        private let lines = Mutex<[String]>([])
        private let losses = Mutex<[LogLoss]>([])
        /// Whether what is written is refused, entries and reports.
        private let isGone = Mutex(false)
        private let blocked = DispatchSemaphore(value: 0)
        private let released = DispatchSemaphore(value: 0)

        func makeQueue() -> LogQueue {
            LogQueue(reportInterval: .milliseconds(20)) { [self] loss in
                guard write("\(loss.count) lost") else { return false }
                losses.withLock { $0.append(loss) }
                return true
            }
        }

        @discardableResult
        func write(_ line: String) -> Bool {
            guard !isGone.withLock({ $0 }) else { return false }
            lines.withLock { $0.append(line) }
            return true
        }

        /// The reader goes, or comes back.
        func setGone(_ value: Bool) { isGone.withLock { $0 = value } }

        /// Returns when this many losses were reported.
        func awaitReports(_ count: Int) async {
            while reports.count < count { await Task.yield() }
        }

        /// Returns once the queue's thread hangs in the write of `line`.
        func block(_ queue: LogQueue, at line: String) {
            queue.append(bytes: 1) { [self] in
                blocked.signal()
                released.wait()
                return write(line)
            }
            blocked.wait()
        }

        func release() { released.signal() }

        func append(_ line: String, bytes: Int = 1, to queue: LogQueue) {
            queue.append(bytes: bytes) { [self] in write(line) }
        }

        func finished(_ queue: LogQueue) -> [String] {
            #expect(queue.flush(within: Self.patience))
            return lines.withLock { $0 }
        }

        var reports: [LogLoss] { losses.withLock { $0 } }
    }

    @Test func `entries are written in the order in which they came`() {
        let log = Log()
        let queue = log.makeQueue()
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for number in 0..<2000 { log.append("\(thread) \(number)", to: queue) }
        }
        let lines = log.finished(queue)
        for thread in 0..<4 {
            let own = lines.filter { $0.hasPrefix("\(thread) ") }
            #expect(own == (0..<2000).map { "\(thread) \($0)" })
        }
        #expect(lines.count == 8000)
    }

    @Test func `who logs is not blocked, and what finds no room is counted in its place`() {
        let log = Log()
        let queue = log.makeQueue()
        log.block(queue, at: "first")
        for number in 0..<LogQueue.maximumEntries + 100 { log.append("\(number)", to: queue) }
        log.release()
        let kept = (0..<LogQueue.maximumEntries).map { "\($0)" }
        #expect(log.finished(queue) == ["first"] + kept + ["100 lost"])
        log.append("later", to: queue)
        #expect(log.finished(queue).suffix(2) == ["100 lost", "later"])
    }

    @Test func `bytes are bounded too, and after a first loss all are lost until there is room`() {
        let log = Log()
        let queue = log.makeQueue()
        log.block(queue, at: "first")
        let quarter = LogQueue.maximumBytes / 4
        for (line, size) in [
            ("a", quarter), ("b", quarter), ("c", quarter), ("d", quarter + 1), ("e", 1),
        ] {
            log.append(line, bytes: size, to: queue)
        }
        log.release()
        #expect(log.finished(queue) == ["first", "a", "b", "c", "2 lost"])
    }

    @Test func `an entry larger than the bound is taken when none waits`() {
        let log = Log()
        let queue = log.makeQueue()
        log.block(queue, at: "first")
        log.append("large", bytes: LogQueue.maximumBytes + 1, to: queue)
        log.append("small", to: queue)
        log.release()
        #expect(log.finished(queue) == ["first", "large", "1 lost"])
    }

    @Test func `a loss tells from when until when`() throws {
        let log = Log()
        let queue = log.makeQueue()
        log.block(queue, at: "first")
        log.append("large", bytes: LogQueue.maximumBytes, to: queue)
        log.append("lost", to: queue)
        log.release()
        _ = log.finished(queue)
        let loss = try #require(log.reports.first)
        let pattern = /[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\.[0-9]{3}/
        #expect(try pattern.wholeMatch(in: loss.since) != nil, "\(loss.since)")
        #expect(try pattern.wholeMatch(in: loss.until) != nil, "\(loss.until)")
        #expect(loss.since <= loss.until)
    }

    @Test func `a flush gives up on a reader that does not read`() {
        let log = Log()
        let queue = log.makeQueue()
        log.block(queue, at: "first")
        log.append("second", to: queue)
        let start = ContinuousClock.now
        #expect(!queue.flush(within: .milliseconds(50)))
        #expect(ContinuousClock.now - start >= .milliseconds(50))
        log.release()
        #expect(log.finished(queue) == ["first", "second"])
    }

    @Test func `a flush has the losses reported as well`() {
        let log = Log()
        let queue = log.makeQueue()
        log.block(queue, at: "first")
        log.append("large", bytes: LogQueue.maximumBytes, to: queue)
        log.append("lost", to: queue)
        DispatchQueue(label: "reader").async { log.release() }
        #expect(log.finished(queue) == ["first", "large", "1 lost"])
    }

    @Test func `entries that are refused are counted, and told of with the next that is taken`() {
        let log = Log()
        let queue = log.makeQueue()
        log.append("before", to: queue)
        #expect(log.finished(queue) == ["before"])
        log.setGone(true)
        for number in 0..<3 { log.append("\(number)", to: queue) }
        #expect(log.finished(queue) == ["before"])
        log.setGone(false)
        log.append("after", to: queue)
        let lines = log.finished(queue)
        // The report is tried by itself as well, so either may come first.
        #expect(Set(lines) == ["before", "3 lost", "after"] && lines.count == 3)
        #expect(log.reports.map(\.cause) == [.refused])
    }

    @Test func `a refusal is told of as soon as that can be, though nothing more is logged`()
        async
    {
        let log = Log()
        let queue = log.makeQueue()
        log.setGone(true)
        log.append("refused", to: queue)
        #expect(log.finished(queue) == [])
        log.setGone(false)
        await log.awaitReports(1)
        #expect(log.finished(queue) == ["1 lost"])
    }

    @Test func `what found no room counts as well when the report of it is refused`() {
        let log = Log()
        let queue = log.makeQueue()
        log.block(queue, at: "first")
        log.append("large", bytes: LogQueue.maximumBytes, to: queue)
        for _ in 0..<4 { log.append("lost", to: queue) }
        log.setGone(true)
        log.release()
        #expect(log.finished(queue) == [])
        log.setGone(false)
        #expect(log.finished(queue) == ["6 lost"])
    }

    @Test func `an entry that journald and stderr refuse is lost, and counted`() {
        let losses = Mutex<[Int]>([])
        let queue = LogQueue { loss in
            losses.withLock { $0.append(loss.count) }
            return true
        }
        let logger = Logger(label: "engine") {
            JournalLogHandler(
                label: $0, level: .trace, identifier: "sqs-subscriber",
                fallback: LineWriter(descriptor: -1), send: { _ in ECONNREFUSED }, queue: queue)
        }
        for _ in 0..<3 { logger.info("x") }
        #expect(queue.flush(within: .seconds(30)))
        #expect(losses.withLock { $0 } == [3])
    }

    @Test func `the thread takes no signal`() {
        let log = Log()
        let queue = log.makeQueue()
        queue.append(bytes: 1) {
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            let blocked = [SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGUSR1].map { sigismember(&mask, $0) }
            return log.write("\(blocked)")
        }
        #expect(log.finished(queue) == ["[1, 1, 1, 1, 1]"])
    }

    @Test func `a queue that nobody holds writes what it has, and its thread ends`() {
        /// Lives as long as the thread.
        final class Witness: Sendable {
            let ended = DispatchSemaphore(value: 0)
            let written = Mutex(0)
            final class Held: Sendable {
                let ended: DispatchSemaphore
                init(_ ended: DispatchSemaphore) { self.ended = ended }
                deinit { ended.signal() }
            }
        }
        let witness = Witness()
        do {
            let held = Witness.Held(witness.ended)
            let queue = LogQueue { _ in withExtendedLifetime(held) { true } }
            for _ in 0..<100 {
                queue.append(bytes: 1) {
                    witness.written.withLock { $0 += 1 }
                    return true
                }
            }
        }
        #expect(witness.ended.wait(timeout: .now() + 30) == .success)
        #expect(witness.written.withLock { $0 } == 100)
    }
}
