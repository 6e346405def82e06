import Dispatch
import SubscriberEngine
import Synchronization
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct WorkerPoolTests {
    /// Blocks its thread until as many have come as are expected.
    final class Meeting: Sendable {
        private let missing: Mutex<Int>
        private let everyone = DispatchSemaphore(value: 0)
        private let count: Int

        init(_ count: Int) {
            self.count = count
            missing = Mutex(count)
        }

        /// False when the others did not come within 10 s.
        func join() -> Bool {
            let isLast = missing.withLock { missing in
                missing -= 1
                return missing == 0
            }
            if isLast { for _ in 0..<count { everyone.signal() } }
            return everyone.wait(timeout: .now() + 10) == .success
        }
    }

    @Test(arguments: [1, 8, 64])
    func `as many jobs as lanes may block at once`(lanes: Int) async {
        let pool = WorkerPool(lanes: lanes)
        let meeting = Meeting(lanes)
        let met = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<lanes {
                group.addTask(executorPreference: pool) { meeting.join() }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(met)
    }

    @Test func `never more jobs run than there are lanes`() async {
        let pool = WorkerPool(lanes: 3)
        let running = Counter()
        let most = Recorder<Int>()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2_000 {
                group.addTask(executorPreference: pool) {
                    running.add()
                    most.record(running.value)
                    running.add(-1)
                }
            }
        }
        #expect(most.items.count == 2_000)
        #expect(most.items.allSatisfy { (1...3).contains($0) })
    }

    @Test func `a probe comes back although every lane is blocked`() async {
        let pool = WorkerPool(lanes: 2)
        let release = DispatchSemaphore(value: 0)
        let meeting = Meeting(2)
        let blocked = (0..<4).map { _ in
            Task(executorPreference: pool) {
                _ = meeting.join()
                release.wait()
            }
        }
        for _ in 0..<20 { await pool.probe() }
        for _ in 0..<4 { release.signal() }
        for task in blocked { await task.value }
        await pool.probe()
    }

    @Test func `a pool that grew runs more at once`() async {
        let pool = WorkerPool(lanes: 1)
        pool.resize(to: 4)
        let meeting = Meeting(4)
        let met = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 { group.addTask(executorPreference: pool) { meeting.join() } }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(met)
        pool.resize(to: 1)
        await pool.probe()
        let alone = await Task(executorPreference: pool) { true }.value
        #expect(alone)
    }
}
