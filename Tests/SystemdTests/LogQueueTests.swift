import Dispatch
import Glibc
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
        private let blocked = DispatchSemaphore(value: 0)
        private let released = DispatchSemaphore(value: 0)

        func makeQueue() -> LogQueue {
            LogQueue { [self] loss in
                write("\(loss.count) lost")
                losses.withLock { $0.append(loss) }
            }
        }

        func write(_ line: String) { lines.withLock { $0.append(line) } }

        /// Returns once the queue's thread hangs in the write of `line`.
        func block(_ queue: LogQueue, at line: String) {
            queue.append(bytes: 1) { [self] in
                blocked.signal()
                released.wait()
                write(line)
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

    @Test func `the thread takes no signal`() {
        let log = Log()
        let queue = log.makeQueue()
        queue.append(bytes: 1) {
            var mask = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            let blocked = [SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGUSR1].map { sigismember(&mask, $0) }
            log.write("\(blocked)")
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
            let queue = LogQueue { _ in withExtendedLifetime(held) {} }
            for _ in 0..<100 {
                queue.append(bytes: 1) { witness.written.withLock { $0 += 1 } }
            }
        }
        #expect(witness.ended.wait(timeout: .now() + 30) == .success)
        #expect(witness.written.withLock { $0 } == 100)
    }
}
