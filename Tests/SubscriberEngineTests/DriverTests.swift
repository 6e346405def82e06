import Logging
import MessageHandling
import SQS
import SubscriberEngine
import Synchronization
import Testing

/// A handler made of a closure.
private struct ClosureHandler: MessageHandler {
    let body: @Sendable (Message, HandlerContext) async throws -> Outcome

    func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        try await body(message, context)
    }
}

/// A driver with all it needs.
private struct Stage {
    let service = FakeService()
    let slots = SlotPool(slots: 16)
    let workers = WorkerPool(lanes: 4)
    let reports = Recorder<Report>()
    let clock: any EngineClock
    let driver: SubscriptionDriver

    init(
        clock: any EngineClock = MonotonicClock(), settings: QueueSettings = .init(),
        name: String = "demo",
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ handlers: [RegisteredHandler]
    ) {
        self.clock = clock
        let reports = reports
        driver = SubscriptionDriver(
            queue: Queue(name: name, url: "http://localhost/\(name)"), settings: settings,
            handlers: handlers, service: service, slots: slots, workers: workers, clock: clock,
            logger: logger, seed: 1, report: { reports.record($0) })
    }

    /// Runs the driver around a test, and stops it after it.
    func run(_ test: () async throws -> Void) async rethrows {
        async let over: Void = driver.run()
        try await test()
        driver.stop(graceUntil: clock.now() + .seconds(10))
        await over
        #expect(slots.inUse == 0)
    }
}

private func handler(
    _ name: String = "h", concurrency: Int = 4, fallback: Bool = false,
    matches: @escaping @Sendable (Message) -> Bool = { _ in true },
    _ body: @escaping @Sendable (Message, HandlerContext) async throws -> Outcome
) -> RegisteredHandler {
    RegisteredHandler(
        name: name, handler: ClosureHandler(body: body), concurrency: concurrency,
        isFallback: fallback, matches: matches)
}

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
            await stage.service.calls.wait { calls in
                calls.reduce(0) { if case .delete(let some) = $1 { $0 + some.count } else { $0 } }
                    == 3
            }
        }
        #expect(Set(stage.service.deleted) == ["handle-a", "handle-b", "handle-c"])
        let snapshot = await stage.driver.snapshot()
        #expect(snapshot.isFinished)
        #expect(snapshot.subscription.endings.deleted == 3)
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
            await stage.reports.wait {
                $0.contains { if case .handled = $0 { true } else { false } }
            }
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

    @Test func `a handler that cannot work trips the gate`() async {
        let stage = Stage([handler { _, _ in throw HandlerUnavailable("no such program") }])
        await stage.run {
            await stage.service.publish("a")
            await stage.reports.wait {
                $0.contains(.gateTripped(handler: "h", reason: "no such program"))
            }
            await stage.service.calls.wait { $0.contains(.change(["handle-a": .zero])) }
            #expect(await stage.driver.snapshot().subscription.gate?.reason == "no such program")
        }
    }

    @Test func `handlers run on the worker pool, side by side up to its lanes`() async {
        let meeting = WorkerPoolTests.Meeting(4)
        let stage = Stage([handler { _, _ in meeting.join() ? .done : .reject(reason: "alone") }])
        await stage.run {
            await stage.service.publish("a", "b", "c", "d")
            let reports = await stage.reports.wait {
                $0.count { if case .handled = $0 { true } else { false } } == 4
            }
            for case .handled(let handled) in reports { #expect(handled.result == .outcome(.done)) }
        }
    }

    @Test func `only matching handlers run, and a fallback where none matches`() async {
        let seen = Recorder<String>()
        let note: @Sendable (Message, HandlerContext) async -> Outcome = { message, context in
            seen.record("\(context.handlerName):\(message.body)")
            return .done
        }
        let stage = Stage([
            handler("first", matches: { $0.body.hasPrefix("a") }, note),
            handler("second", matches: { $0.body.hasPrefix("ab") }, note),
            handler("rest", fallback: true, note),
        ])
        await stage.run {
            await stage.service.publish("a", "ab", "z")
            await seen.wait(for: 4)
        }
        #expect(Set(seen.items) == ["first:a", "first:ab", "second:ab", "rest:z"])
    }

    @Test func `a handler's log lines carry the message's fields`() async {
        let lines = Recorder<Logger.Metadata>()
        let logger = Logger(label: "test") { _ in RecordingLogHandler(lines: lines) }
        let stage = Stage(
            logger: logger,
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
            let line = await lines.wait(for: 1)[0].mapValues(\.description)
            #expect(
                line == [
                    "queue": "demo", "message_id": "id-a", "handler": "h", "receive_count": "3",
                    "message_group_id": "g", "own": "1", "given": "2",
                ])
        }
    }

    @Test func `a rejected message goes to the dead-letter queue with its reason`() async {
        let settings = QueueSettings(deadLetterQueueURL: "http://localhost/dead")
        let stage = Stage(settings: settings, [handler { _, _ in .reject(reason: "bad\u{1}") }])
        await stage.run {
            await stage.service.publish("a")
            let calls = await stage.service.calls.wait { $0.contains(.delete(["handle-a"])) }
            let sent = calls.compactMap { if case .send(let entries) = $0 { entries } else { nil } }
            #expect(sent.first?.first?.body == "a")
            #expect(
                sent.first?.first?.attributes["RejectReason"]
                    == MessageAttributeValue(dataType: "String", value: .text("bad ")))
        }
    }

    @Test func `a lease is renewed while its handler runs`() async {
        let clock = ManualClock()
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
            await clock.sleeps.wait {
                $0.contains { $0 > .start + .seconds(10) && $0 < .start + .seconds(20) }
            }
            clock.advance(by: .seconds(16))
            await stage.service.calls.wait { $0.contains(.change(["handle-a": .seconds(30)])) }
            gate.record(())
            await stage.reports.wait {
                !$0.filter { if case .handled = $0 { true } else { false } }.isEmpty
            }
        }
        #expect(stage.service.deleted == ["handle-a"])
    }

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
            await stage.reports.wait {
                $0.count { if case .handled = $0 { true } else { false } } == 2
            }
        }
        #expect(seen.items == ["old:a", "new:b"])
        #expect(Set(stage.service.deleted) == ["handle-a", "handle-b"])
    }

    @Test func `a snapshot tells how long receives have been out`() async {
        let clock = ManualClock()
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
            await stage.service.fail(.cut)
            await stage.service.publish("a")
            await stage.service.calls.wait { $0.contains(.delete(["handle-a"])) }
        }
        #expect(stage.reports.items.contains(.troubleBegan(.delete, .cut)))
    }
}

private struct RecordingLogHandler: LogHandler {
    let lines: Recorder<Logger.Metadata>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace
    var metadataProvider: Logger.MetadataProvider?

    init(lines: Recorder<Logger.Metadata>) {
        self.lines = lines
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.record(event.metadata ?? [:])
    }
}
