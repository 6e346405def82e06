import HandlerLibrary
import MessageHandling
import Testing

struct FunctionBatchTests {
    private static let first = FunctionScene.first
    private static let second = FunctionScene.second

    @Test func `the first message starts a process, and a batch goes out when it is full`() {
        var scene = FunctionScene()
        #expect(scene.arrive(1) == [.start(Self.first)])
        #expect(scene.ready() == [])
        #expect(scene.arrive(2) == [.invoke(Self.first, 1, 2)])
        #expect(
            scene.handle(.answered(Self.first, [.done, .done]))
                == FunctionScheduler.Effect.done(1, 2))
        #expect(!scene.scheduler.isOver)
    }

    @Test func `a batch that is not full goes out when its window is over`() {
        var scene = FunctionScene(batchSize: 10, window: .seconds(2))
        scene.warmUp()
        let arrival = scene.now
        #expect(scene.arrive(1) == [])
        #expect(scene.pass(.seconds(1)) == [])
        #expect(scene.arrive(2) == [])
        #expect(scene.scheduler.nextWake == arrival + .seconds(2))
        #expect(scene.pass(.seconds(1)) == [.invoke(Self.first, 1, 2)])
    }

    @Test func `a batch that cannot become full goes out soon, and not at the end of its window`() {
        var scene = FunctionScene(batchSize: 100, window: .seconds(30))
        scene.warmUp()
        _ = scene.arrive(1, 2)
        let moment = scene.now
        #expect(scene.handle(.full(true)) == [])
        #expect(scene.scheduler.nextWake == moment + LambdaSettings.fullTime)
        #expect(scene.pass(LambdaSettings.fullTime - .milliseconds(1)) == [])
        #expect(scene.pass(.milliseconds(1)) == [.invoke(Self.first, 1, 2)])
    }

    @Test func `a message that comes when it has long been full has others to wait for, too`() {
        var scene = FunctionScene(batchSize: 100, window: .seconds(30))
        scene.warmUp()
        #expect(scene.handle(.full(true)) == [])
        #expect(scene.pass(.seconds(10)) == [])
        #expect(scene.arrive(1) == [])
        #expect(scene.pass(LambdaSettings.fullTime - .milliseconds(1)) == [])
        #expect(scene.arrive(2) == [])
        #expect(scene.pass(.milliseconds(1)) == [.invoke(Self.first, 1, 2)])
    }

    @Test func `the moment between two receives hands no batch over`() {
        var scene = FunctionScene(batchSize: 100, window: .seconds(30))
        scene.warmUp()
        let arrival = scene.now
        _ = scene.arrive(1)
        for _ in 0..<10 {
            #expect(scene.handle(.full(true)) == [])
            #expect(scene.pass(LambdaSettings.fullTime / 2) == [])
            #expect(scene.handle(.full(false)) == [])
            #expect(scene.scheduler.nextWake == arrival + .seconds(30))
        }
    }

    @Test func `without a window the messages of one receive are waited for`() {
        var scene = FunctionScene(batchSize: 10)
        scene.warmUp()
        #expect(scene.arrive(1, 2, 3) == [])
        #expect(scene.scheduler.nextWake == scene.now + LambdaSettings.gatherTime)
        #expect(scene.pass(LambdaSettings.gatherTime) == [.invoke(Self.first, 1, 2, 3)])
    }

    @Test func `a batch of one waits for nothing`() {
        var scene = FunctionScene(batchSize: 1, window: .seconds(60))
        _ = scene.arrive(1)
        #expect(scene.ready() == [.invoke(Self.first, 1)])
    }

    @Test func `an event holds no more than its limit, and one message at least`() {
        var scene = FunctionScene(batchSize: 10)
        scene.warmUp()
        let half = LambdaSettings.eventLimit / 2 - 10
        #expect(scene.arrive(1, 2, bytes: half) == [])
        #expect(
            scene.arrive(3, bytes: half) == [.invoke(Self.first, 1, 2)])
        _ = scene.handle(.answered(Self.first, [.done, .done]))
        #expect(scene.arrive(4, bytes: 2 * LambdaSettings.eventLimit) == [])
        #expect(scene.ready() == [.invoke(Self.first, 3)])
        _ = scene.handle(.answered(Self.first, [.done]))
        #expect(scene.ready() == [.invoke(Self.first, 4)])
    }

    @Test func `messages that came together stay together, in their order`() {
        var scene = FunctionScene(batchSize: 4)
        scene.warmUp()
        #expect(scene.arrive(1) == [])
        #expect(scene.arriveTogether(2, 3) == [])
        // They would be five: the event is as full as it gets.
        #expect(scene.arriveTogether(4, 5) == [.invoke(Self.first, 1, 2, 3)])
        _ = scene.handle(.answered(Self.first, [.done, .done, .done]))
        _ = scene.ready()
        #expect(scene.pass(LambdaSettings.gatherTime) == [.invoke(Self.first, 4, 5)])
    }

    @Test func `one of those that came together is given up with those after it`() {
        var scene = FunctionScene(batchSize: 5)
        scene.warmUp()
        _ = scene.arriveTogether(1, 2, 3)
        _ = scene.arrive(4)
        #expect(
            scene.handle(.cancelled(MessageKey(2), endBy: nil))
                == FunctionScheduler.Effect.cancelled(2, 3))
        #expect(scene.handle(.cancelled(MessageKey(3), endBy: nil)) == [])
        #expect(scene.pass(LambdaSettings.gatherTime) == [.invoke(Self.first, 1, 4)])
    }

    @Test func `more processes start as batches wait, up to the concurrency`() {
        var scene = FunctionScene(concurrency: 2)
        #expect(scene.arrive(1, 2) == [.start(Self.first)])
        #expect(scene.arrive(3) == [.start(Self.second)])
        #expect(scene.arrive(4, 5, 6) == [])
        #expect(scene.ready(Self.second) == [.invoke(Self.second, 1, 2)])
        #expect(scene.ready() == [.invoke(Self.first, 3, 4)])
        #expect(scene.handle(.answered(Self.first, [.done, .done])).count == 2)
        #expect(scene.ready() == [.invoke(Self.first, 5, 6)])
    }

    @Test func `the process used last is used first`() {
        var scene = FunctionScene(concurrency: 2, batchSize: 1)
        _ = scene.arrive(1, 2)
        _ = scene.ready()
        _ = scene.ready(Self.second)
        _ = scene.handle(.answered(Self.second, [.done]))
        _ = scene.ready(Self.second)
        _ = scene.handle(.answered(Self.first, [.done]))
        _ = scene.ready()
        #expect(scene.arrive(3) == [.invoke(Self.first, 3)])
    }

    @Test func `a message that waits is given up at once when it is cancelled`() {
        var scene = FunctionScene()
        _ = scene.arrive(1)
        #expect(
            scene.handle(.cancelled(MessageKey(1), endBy: nil))
                == FunctionScheduler.Effect.cancelled(1))
        #expect(scene.ready() == [])
        #expect(scene.arrive(2, 3) == [.invoke(Self.first, 2, 3)])
    }

    @Test func `a cancelled message of a batch is held until the others are answered`() {
        var scene = FunctionScene()
        scene.warmUp()
        _ = scene.arrive(1, 2)
        #expect(scene.handle(.cancelled(MessageKey(1), endBy: nil)) == [])
        #expect(
            scene.handle(.answered(Self.first, [.done, .done]))
                == FunctionScheduler.Effect.cancelled(1) + FunctionScheduler.Effect.done(2))
    }

    /// 2 s from SIGTERM to SIGKILL, and a margin.
    @Test(arguments: [(5, 2_800), (2, 0), (0, 0)] as [(Int64, Int64)])
    func `a batch is ended in time for the message of it that another host may have`(
        seconds: Int64, milliseconds: Int64
    ) {
        var scene = FunctionScene()
        scene.warmUp()
        _ = scene.arrive(1, 2)
        let endBy = scene.now + .seconds(seconds)
        var effects = scene.handle(.cancelled(MessageKey(1), endBy: endBy))
        if milliseconds > 0 {
            #expect(effects == [])
            #expect(scene.scheduler.nextWake == scene.now + .milliseconds(milliseconds))
            effects = scene.pass(.milliseconds(milliseconds))
        }
        #expect(effects == [.end(Self.first)])
        #expect(scene.end() == FunctionScheduler.Effect.cancelled(1, 2))
    }

    @Test func `a batch that is cancelled whole ends its process, and is held until it has`() {
        var scene = FunctionScene()
        scene.warmUp()
        _ = scene.arrive(1, 2)
        #expect(scene.handle(.cancelled(MessageKey(2), endBy: nil)) == [])
        #expect(scene.handle(.cancelled(MessageKey(1), endBy: nil)) == [.end(Self.first)])
        #expect(scene.handle(.answered(Self.first, [.done, .done])) == [])
        #expect(scene.end() == FunctionScheduler.Effect.cancelled(1, 2))
        #expect(scene.arrive(3) == [.start(Self.second)])
    }
}
