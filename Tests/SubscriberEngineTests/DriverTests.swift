import Dispatch
import Logging
import MessageHandling
import SQS
import SubscriberEngine
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct DriverTests {
    @Test func `messages are received, handled and deleted`() async {
        let seen = Recorder<String>()
        let stage = Stage([
            handler { message, _ in
                seen.record(message.body)
                return .done
            }
        ])
        await stage.run {
            await stage.service.publish("a", "b", "c")
            await seen.wait(for: 3)
            await stage.service.waitForDeletes(3)
        }
        #expect(Set(stage.service.deleted) == ["handle-a", "handle-b", "handle-c"])
        let snapshot = await stage.driver.snapshot()
        #expect(snapshot.isFinished)
        #expect(snapshot.subscription.endings.deleted == 3)
    }

    @Test func `a handler that blocks nothing needs none of the workers, which all are blocked`()
        async
    {
        let release = DispatchSemaphore(value: 0)
        let blocked = Recorder<String>()
        let seen = Recorder<String>()
        let blocking = ClosureHandler { message, _ in
            blocked.record(message.body)
            release.wait()
            return .done
        }
        let awaiting = ClosureHandler(isNonblocking: true) { message, _ in
            seen.record(message.body)
            return .done
        }
        let takers = ScriptedIntake(matcher: { message in
            let isForBlocking = message.body.hasPrefix("b")
            return [isForBlocking, !isForBlocking]
        })
        let handlers = [("blocking", blocking), ("awaiting", awaiting)].map { name, handler in
            RegisteredHandler(name: name, handler: handler, concurrency: 4, isSelective: true)
        }
        let stage = Stage(intake: takers, handlers)
        await stage.run {
            await stage.service.publish("b1", "b2", "b3", "b4")
            await blocked.wait(for: 4)
            await stage.service.publish("a1", "a2")
            await seen.wait(for: 2)
            for _ in 0..<4 { release.signal() }
            await stage.service.waitForDeletes(6)
        }
    }

    @Test func `a receive asks for the queue's own visibility timeout`() async {
        let stage = Stage([handler { _, _ in .done }])
        await stage.run {
            let calls = await stage.service.calls.wait { $0.count >= 2 }
            #expect(calls.first == .attributes)
            guard case .receive(let request)? = calls.last else {
                Issue.record("no receive")
                return
            }
            #expect(request.visibilityTimeout == .seconds(30))
            #expect(request.waitTime == .seconds(20))
            #expect(request.maximumMessages == 4)
            #expect(request.attemptID == nil)
        }
    }

    @Test func `a failing handler leaves the message, a thrown error is reported`() async {
        let stage = Stage([handler { _, _ in throw HandlerError() }])
        await stage.run {
            await stage.service.publish("a")
            await stage.waitForHandled(1)
        }
        #expect(stage.service.deleted.isEmpty)
        let handled = stage.reports.items.compactMap {
            if case .handled(let handled) = $0 { handled.result } else { nil }
        }
        #expect(handled == [.threw("it broke")])
    }

    struct HandlerError: Error, CustomStringConvertible {
        var description: String { "it broke" }
    }

    @Test func `a handler whose lease is lost is told by when it has to be gone`() async {
        let clock = ManualTime()
        let running = Recorder<Void>()
        let left = Recorder<Duration?>()
        let cancelled = handler { _, context in
            running.record(())
            await untilCancelled()
            left.record(context.cancellationDeadline.moment.map { $0 - .now })
            return .done
        }
        let settings = QueueSettings(visibilityTimeout: .seconds(30))
        let stage = Stage(clock: clock, settings: settings, [cancelled])
        await stage.run {
            await stage.service.publish("a")
            await running.wait(for: 1)
            await stage.service.fail(.lost)
            let renewal = Instant.start + .seconds(13)...Instant.start + .seconds(14)
            await clock.waitForSleep(until: renewal)
            clock.advance(by: .seconds(14))
            guard let left = await left.wait(for: 1).first ?? nil else {
                Issue.record("it was not told")
                return
            }
            #expect(left <= .seconds(16) && left > .zero)
        }
    }

    @Test func `a handler that cannot work trips the gate, and a stop releases the message`() async
    {
        let stage = Stage([handler { _, _ in throw HandlerUnavailable("no such program") }])
        await stage.run {
            await stage.service.publish("a")
            await stage.reports.wait {
                $0.contains(.gateTripped(handler: "h", reason: "no such program", others: []))
            }
            #expect(await stage.driver.snapshot().subscription.gate?.reason == "no such program")
            #expect(!stage.service.calls.items.contains(.change(["handle-a": .zero])))
        }
        #expect(stage.service.calls.items.contains(.change(["handle-a": .zero])))
    }

    /// Cannot work before it was asked twice.
    struct Missing: Handler {
        let events: Recorder<String>

        func checkAvailability() async throws(HandlerUnavailable) {
            events.record("asked")
            if events.items.count < 3 { throw HandlerUnavailable("no such program") }
        }

        func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
            events.record("run")
            if events.items.count == 1 { throw HandlerUnavailable("no such program") }
            return .done
        }
    }

    @Test func `a handler that cannot work is asked before its message is tried again`() async {
        let events = Recorder<String>()
        let stage = Stage([
            RegisteredHandler(name: "h", handler: Missing(events: events), concurrency: 1)
        ])
        await stage.run {
            await stage.service.publish("a")
            await stage.waitForHandled(2)
        }
        #expect(events.items == ["run", "asked", "asked", "run"])
    }

    @Test func `a kept message is started with the handler that a reload brought`() async {
        let stage = Stage([handler { _, _ in throw HandlerUnavailable("wrong url") }])
        await stage.run {
            await stage.service.publish("a")
            await stage.waitForHandled(1)
            stage.driver.apply(
                QueueSettings(), handlers: [handler { _, _ in .done }])
            await stage.service.calls.wait { $0.contains(.delete(["handle-a"])) }
        }
    }

    @Test func `a new handler gets a kept message as the new configuration takes it in`() async {
        let bodies = Recorder<String>()
        let stage = Stage([handler { _, _ in throw HandlerUnavailable("no such program") }])
        await stage.run {
            await stage.service.publish("a")
            await stage.waitForHandled(1)
            let record = handler { message, _ in
                bodies.record(message.body)
                return .done
            }
            let intake = ScriptedIntake(content: { message in
                .message(
                    Message(
                        id: message.id, receiptHandle: message.receiptHandle, body: "unwrapped",
                        queue: message.queue))
            })
            stage.driver.apply(QueueSettings(), handlers: [record], intake: intake)
            await stage.service.calls.wait { $0.contains(.delete(["handle-a"])) }
        }
        #expect(bodies.items == ["unwrapped"])
    }

    @Test func `handlers run on the worker pool, side by side up to its lanes`() async {
        let meeting = WorkerPoolTests.Meeting(4)
        let stage = Stage([handler { _, _ in meeting.join() ? .done : .reject(reason: "alone") }])
        await stage.run {
            await stage.service.publish("a", "b", "c", "d")
            await stage.waitForHandled(4)
            for case .handled(let handled) in stage.reports.items {
                #expect(handled.result == .outcome(.done))
            }
        }
    }

    @Test func `a handler's log lines carry the message's fields`() async {
        let log = LogRecorder()
        let stage = Stage(
            logger: log.logger,
            [
                handler { _, context in
                    var log = context.logger
                    log[metadataKey: "own"] = "1"
                    log.info("hello", metadata: ["given": "2"])
                    return .done
                }
            ])
        await stage.run {
            await stage.service.publish("a")
            await log.waitFor("hello")
            #expect(
                log.entries[0].metadata == [
                    "queue": "demo", "message_id": "id-a", "handler": "h", "receive_count": "3",
                    "message_group_id": "g", "own": "1", "given": "2",
                ])
        }
    }

    @Test func `a lease is renewed while its handler runs`() async {
        let clock = ManualTime()
        let gate = Recorder<Void>()
        let started = Recorder<Void>()
        let stage = Stage(
            clock: clock,
            [
                handler { _, _ in
                    started.record(())
                    await gate.wait(for: 1)
                    return .done
                }
            ])
        await stage.run {
            await stage.service.publish("a")
            await started.wait(for: 1)
            let middle = Instant.start + .seconds(10)...Instant.start + .seconds(20)
            await clock.waitForSleep(until: middle)
            clock.advance(by: .seconds(16))
            await stage.service.calls.wait { $0.contains(.change(["handle-a": .seconds(30)])) }
            gate.record(())
            await stage.waitForHandled(1)
        }
        #expect(stage.service.deleted == ["handle-a"])
    }
}
