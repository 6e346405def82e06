import MessageHandling
import SQS
import SubscriberEngine
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct DriverLifecycleTests {
    @Test func `a stop at once cancels handlers and releases their messages`() async {
        let started = Recorder<Void>()
        let stage = Stage([
            handler { _, _ in
                started.record(())
                await untilCancelled()
                throw CancellationError()
            }
        ])
        async let over: Void = stage.driver.run()
        await stage.service.publish("a")
        await started.wait(for: 1)
        stage.driver.stopNow()
        await over
        #expect(stage.service.calls.items.contains(.change(["handle-a": .zero])))
        #expect(stage.service.deleted.isEmpty)
    }

    /// Its result does not count, and the stop does not wait for it longer than it may.
    @Test func `a handler that swallows its cancellation deletes nothing`() async {
        let started = Recorder<Void>()
        let stage = Stage([
            handler { _, _ in
                started.record(())
                await untilCancelled()
                return .done
            }
        ])
        async let over: Void = stage.driver.run()
        await stage.service.publish("a")
        await started.wait(for: 1)
        stage.driver.stopNow()
        await over
        #expect(stage.service.deleted.isEmpty)
        #expect(stage.service.calls.items.contains(.change(["handle-a": .zero])))
    }

    @Test func `cancelling the driver's task is a stop at once`() async {
        let stage = Stage([handler { _, _ in .done }])
        let task = Task { await stage.driver.run() }
        await stage.service.calls.wait { $0.count >= 2 }
        task.cancel()
        await task.value
        #expect(await stage.driver.snapshot().isFinished)
        #expect(stage.slots.inUse == 0)
    }

    @Test func `what a driver was done with is kept by name, and known to the next one`() async {
        let completion = Completion(messageID: "id-a", handlers: ["h"], isDeletable: true)
        let first = Stage([handler { _, _ in .done }])
        await first.run {
            await first.service.publish("b")
            await first.service.waitForDeletes(1)
            await first.service.fail(.lost)
            await first.service.publish("a")
            await first.kept.wait(for: 1)
        }
        #expect(first.kept.items == [.remembered(completion)])

        let second = Stage(
            completions: [completion], [handler { _, _ in .reject(reason: "again") }])
        await second.run {
            await second.service.publish("a")
            await second.service.waitForDeletes(1)
        }
        #expect(second.reports.items.contains(.deletedWithoutRun(messageID: "id-a")))
        await second.kept.wait { $0 == [.forgotten(messageID: "id-a")] }
    }

    @Test func `a reload hands new messages to new handlers and interrupts nothing`() async {
        let seen = Recorder<String>()
        let gate = Recorder<Void>()
        let old = handler("h") { message, _ in
            seen.record("old:\(message.body)")
            await gate.wait(for: 1)
            return .done
        }
        let new = handler("h") { message, _ in
            seen.record("new:\(message.body)")
            return .done
        }
        let stage = Stage([old])
        await stage.run {
            await stage.service.publish("a")
            await seen.wait(for: 1)
            stage.driver.apply(QueueSettings(), handlers: [new])
            await stage.driver.probe()
            await stage.service.publish("b")
            await seen.wait(for: 2)
            gate.record(())
            await stage.waitForHandled(2)
        }
        #expect(seen.items == ["old:a", "new:b"])
        #expect(Set(stage.service.deleted) == ["handle-a", "handle-b"])
    }

    @Test func `a snapshot tells how long receives have been out`() async {
        let clock = ManualTime()
        let stage = Stage(clock: clock, [handler { _, _ in .done }])
        await stage.run {
            await stage.service.calls.wait { $0.count >= 2 }
            clock.advance(by: .seconds(7))
            let snapshot = await stage.driver.snapshot()
            #expect(snapshot.receives.map(\.outFor) == [.seconds(7)])
            #expect(snapshot.receives.map(\.waitTime) == [.seconds(20)])
            await stage.driver.probe()
            #expect(await stage.driver.snapshot().sinceLastTurn == .zero)
        }
        await stage.driver.probe()
    }

    @Test func `an error that passes is outlived`() async {
        let stage = Stage([handler { _, _ in .done }])
        await stage.run {
            await stage.service.fail(.cut, .cut)
            await stage.service.publish("a")
            await stage.service.calls.wait { $0.contains(.delete(["handle-a"])) }
        }
        #expect(stage.reports.items.contains(.troubleBegan(.delete, .cut)))
    }
}
