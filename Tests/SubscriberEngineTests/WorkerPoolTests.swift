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

    @Test func `the jobs of a batch run side by side, and not before it is put in whole`() async {
        let pool = WorkerPool(lanes: 4)
        let meeting = Meeting(4)
        let started = Counter()
        var tasks: [Task<Bool, Never>] = []
        pool.batch {
            for _ in 0..<4 {
                tasks.append(
                    Task(executorPreference: pool) {
                        started.add()
                        return meeting.join()
                    })
            }
            #expect(started.value == 0)
        }
        for task in tasks { #expect(await task.value) }
    }

    @Test(arguments: [1, 2])
    func `a signal waits for no job that blocks`(lanes: Int) async {
        let pool = WorkerPool(lanes: lanes)
        let release = DispatchSemaphore(value: 0)
        var blocked: Task<Void, Never>?
        await withCheckedContinuation { signalled in
            pool.batch {
                Task(executorPreference: pool) { pool.signalLater { signalled.resume() } }
                blocked = Task(executorPreference: pool) { release.wait() }
            }
        }
        release.signal()
        await blocked?.value
    }

    @Test func `short jobs of a lane share a signal's turn, at its rest`() async {
        let pool = WorkerPool(lanes: 1)
        let seen = Recorder<String>()
        await withCheckedContinuation { signalled in
            pool.batch {
                for index in 0..<3 {
                    Task(executorPreference: pool) {
                        seen.record("job")
                        pool.signalLater {
                            seen.record("signal")
                            if index == 2 { signalled.resume() }
                        }
                    }
                }
            }
        }
        #expect(seen.items.count { $0 == "signal" } == 3)
        #expect(seen.items.prefix(1) == ["job"])
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
