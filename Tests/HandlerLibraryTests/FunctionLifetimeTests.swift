import HandlerLibrary
import MessageHandling
import Testing

struct FunctionLifetimeTests {
    private static let first = FunctionScene.first
    private static let second = FunctionScene.second

    @Test func `a process whose time is over is ended, and its batch comes back when it has`() {
        var scene = FunctionScene(timeout: .seconds(30))
        scene.warmUp()
        _ = scene.arrive(1, 2)
        #expect(scene.scheduler.nextWake == scene.now + .seconds(30))
        #expect(scene.pass(.seconds(29)) == [])
        #expect(scene.pass(.seconds(1)) == [.end(Self.first)])
        #expect(scene.arrive(3) == [])
        let effects = scene.end()
        #expect(effects.compactMap(\.retryReason).count == 2)
        #expect(effects[0].retryReason?.contains("after 30 s (timeout)") == true)
        #expect(effects.last == .start(Self.second))
    }

    @Test func `a process that does not come back after its answer is ended in time`() {
        var scene = FunctionScene(timeout: .seconds(30))
        scene.warmUp()
        _ = scene.arrive(1, 2)
        _ = scene.handle(.answered(Self.first, [.done, .done]))
        #expect(scene.pass(.seconds(30)) == [.end(Self.first)])
        guard case .warn(let reason)? = scene.end().first else {
            Issue.record("nobody is told")
            return
        }
        #expect(reason.contains("not asked for the next invocation within 30 s"))
    }

    @Test func `a crash brings the batch back and starts another process at once`() {
        var scene = FunctionScene()
        scene.warmUp()
        _ = scene.arrive(1, 2)
        #expect(scene.arrive(3) == [])
        let effects = scene.end(Self.first, "it ended with signal 11")
        #expect(
            effects.compactMap(\.retryReason)
                == Array(repeating: "it ended with signal 11 before it had answered", count: 2))
        #expect(effects.last == .start(Self.second))
    }

    @Test func `crashes in invocations are failures however many, and pauses stay short`() {
        var scene = FunctionScene(batchSize: 1)
        var pauses: [Duration] = []
        for number in 1...20 {
            let id = ProcessID(UInt64(number))
            if !scene.arrive(UInt64(number)).contains(.start(id)) {
                let wake = scene.scheduler.nextWake ?? .zero
                pauses.append(wake - scene.now)
                #expect(scene.pass(wake - scene.now) == [.start(id)])
            }
            #expect(scene.ready(id) == [.invoke(id, UInt64(number))])
            #expect(scene.end(id).first?.retryReason == "it ended before it had answered")
        }
        #expect(pauses.count == 18 && pauses.allSatisfy { $0 <= .seconds(1) })
        #expect(pauses.prefix(4) == pauses.prefix(4).sorted()[...])
    }

    @Test func `who asks is told what a process that comes up, or does not, shows`() {
        var scene = FunctionScene(batchSize: 1)
        #expect(scene.handle(.asked(MessageKey(9))) == [.start(Self.first)])
        #expect(scene.handle(.asked(MessageKey(10))) == [])
        #expect(scene.end(Self.first, "it ended").compactMap(\.answerReason).count == 2)
        // The next asks at once, whatever the pause for messages is.
        for number in 2...5 as ClosedRange<UInt64> {
            let id = ProcessID(number)
            #expect(scene.handle(.asked(MessageKey(9))) == [.start(id)])
            #expect(scene.end(id, "it ended").compactMap(\.answerReason).count == 1)
        }
        #expect(scene.handle(.asked(MessageKey(9))) == [.start(ProcessID(6))])
        #expect(scene.ready(ProcessID(6)) == [.answer(MessageKey(9), nil)])
        // It is kept, and the next message's.
        #expect(scene.arrive(1) == [.invoke(ProcessID(6), 1)])
        #expect(scene.handle(.asked(MessageKey(9))) == [.answer(MessageKey(9), nil)])
    }

    @Test func `who asks starts no process beyond the concurrency, and waits for the end of one`() {
        var scene = FunctionScene(batchSize: 1)
        _ = scene.arrive(1)
        _ = scene.ready()
        #expect(scene.pass(.seconds(30)) == [.end(Self.first)])
        #expect(scene.handle(.asked(MessageKey(9))) == [])
        #expect(scene.end().last == .start(Self.second))
        #expect(scene.handle(.askerLeft(MessageKey(9))) == [])
        #expect(scene.ready(Self.second) == [])
        #expect(!scene.scheduler.isOver)
    }

    @Test func `who asks a function that is shut down is answered, and nothing is started`() {
        var scene = FunctionScene(batchSize: 1)
        _ = scene.handle(.asked(MessageKey(9)))
        let effects = scene.handle(.shutDown)
        #expect(effects.compactMap(\.answerReason).count == 1 && effects.last == .end(Self.first))
        #expect(scene.end() == [] && scene.scheduler.isOver)
        #expect(scene.handle(.asked(MessageKey(9))).compactMap(\.answerReason).count == 1)
        #expect(scene.scheduler.isOver)
    }

    @Test func `an answer makes up for the crashes before it`() {
        var scene = FunctionScene(batchSize: 1)
        for number in 1...10 as ClosedRange<UInt64> {
            let id = ProcessID(number)
            #expect(scene.arrive(2 * number).contains(.start(id)))
            _ = scene.ready(id)
            _ = scene.handle(.answered(id, [.done]))
            _ = scene.ready(id)
            _ = scene.arrive(2 * number + 1)
            #expect(scene.end(id).first?.retryReason != nil)
        }
    }

    @Test func `a process that ends after its answers is no trouble`() {
        var scene = FunctionScene(batchSize: 1)
        for number in 1...10 as ClosedRange<UInt64> {
            let id = ProcessID(number)
            #expect(scene.arrive(number) == [.start(id)])
            _ = scene.ready(id)
            #expect(scene.handle(.answered(id, [.done])).count == 1)
            #expect(scene.end(id) == [])
        }
    }

    @Test(arguments: [true, false])
    func `a function that cannot start makes all that waits unavailable`(says: Bool) {
        var scene = FunctionScene(batchSize: 10)
        _ = scene.arrive(1, 2, 3)
        if says {
            #expect(
                scene.handle(.failedToStart(Self.first, "no module")) == [.end(Self.first)])
        }
        let reasons = scene.end(Self.first, "it ended with exit status 1").map(\.unavailableReason)
        #expect(reasons.count == 3)
        let words = says ? "no module" : "exit status 1 before it asked"
        #expect(reasons.allSatisfy { $0?.contains(words) == true })
    }

    @Test func `a process that cannot start leaves what waits to those that can`() {
        var scene = FunctionScene(concurrency: 2, batchSize: 1)
        _ = scene.arrive(1, 2)
        _ = scene.ready()
        #expect(scene.end(Self.second).last == .start(ProcessID(3)))
        let effects = scene.end(ProcessID(3), "it ended")
        #expect(effects.count == 1)
        guard case .warn(let reason)? = effects.first else {
            Issue.record("nobody is told: \(effects)")
            return
        }
        #expect(reason.contains("it ended before it asked"))
        _ = scene.handle(.answered(Self.first, [.done]))
        #expect(scene.ready() == [.invoke(Self.first, 2)])
    }

    @Test func `a process that never asks is ended after 10 s and the timeout`() {
        var scene = FunctionScene(timeout: .seconds(30))
        _ = scene.arrive(1)
        #expect(scene.pass(.seconds(39)) == [])
        #expect(scene.pass(.seconds(1)) == [.end(Self.first)])
        #expect(scene.ready() == [])
        #expect(scene.end().first?.unavailableReason?.contains("after 40 s") == true)
    }

    @Test func `a process whose credentials expire is replaced before the next invocation`() {
        var scene = FunctionScene(batchSize: 1)
        _ = scene.arrive(1)
        _ = scene.ready(staleAt: .seconds(100))
        _ = scene.handle(.answered(Self.first, [.done]))
        _ = scene.ready(staleAt: .seconds(100))
        #expect(scene.pass(.seconds(101)) == [])
        #expect(scene.arrive(2) == [.end(Self.first)])
        #expect(scene.end() == [.start(Self.second)])
        #expect(scene.ready(Self.second) == [.invoke(Self.second, 2)])
    }

    @Test func `a retired function handles what comes at once, and keeps no process`() {
        var scene = FunctionScene(batchSize: 10, window: .seconds(60))
        _ = scene.arrive(1)
        _ = scene.ready()
        #expect(scene.handle(.retire) == [.invoke(Self.first, 1)])
        _ = scene.handle(.answered(Self.first, [.done]))
        #expect(scene.scheduler.isOver == false)
        #expect(scene.ready() == [])
        _ = scene.end()
        #expect(scene.scheduler.isOver)
        #expect(scene.arrive(2) == [.start(Self.second)])
        #expect(scene.ready(Self.second) == [.invoke(Self.second, 2)])
    }

    @Test func `a retired function ends the processes that have nothing to do`() {
        var scene = FunctionScene()
        scene.warmUp()
        #expect(scene.handle(.retire) == [.end(Self.first)])
        #expect(scene.end() == [])
        #expect(scene.scheduler.isOver && scene.scheduler.nextWake == nil)
    }

    @Test func `a shutdown ends every process and settles every message`() {
        var scene = FunctionScene(concurrency: 2, batchSize: 1)
        _ = scene.arrive(1, 2, 3)
        _ = scene.ready()
        let effects = scene.handle(.shutDown)
        #expect(effects.first == .settle(MessageKey(2), .cancelled))
        #expect(effects.count == 4)
        #expect(scene.arrive(4) == FunctionScheduler.Effect.cancelled(4))
        #expect(scene.end(Self.second) == [])
        #expect(scene.end() == FunctionScheduler.Effect.cancelled(1))
        #expect(scene.scheduler.isOver)
    }
}
