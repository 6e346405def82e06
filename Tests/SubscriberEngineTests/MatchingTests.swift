import MessageHandling
import SQS
import SubscriberEngine
import TestKit
import Testing

/// Which handlers a message goes to, and that the driver goes on while it is worked out.
@Suite(.timeLimit(.minutes(1))) struct MatchingTests {
    private let seen = Recorder<String>()
    private let asked = Recorder<String>()
    private let gate = Recorder<Void>()

    private func noting(_ name: String) -> RegisteredHandler {
        handler(name) { [seen] message, context in
            seen.record("\(context.handlerName):\(message.body)")
            return .done
        }
    }

    /// Takes until the gate opens for one message, and wants every one.
    private func slow(_ body: String) -> ScriptedIntake {
        ScriptedIntake(matcher: { [asked, gate] message in
            asked.record(message.body)
            if message.body == body { await gate.wait(for: 1) }
            return [true]
        })
    }

    private func matching(_ wants: @escaping @Sendable (Message) -> [Bool]) -> ScriptedIntake {
        ScriptedIntake(matcher: wants)
    }

    @Test func `only matching handlers run`() async {
        let stage = Stage(
            intake: matching { [$0.body.hasPrefix("a"), $0.body.hasPrefix("ab")] },
            [noting("first"), noting("second")])
        await stage.run {
            await stage.service.publish("a", "ab")
            await seen.wait(for: 3)
        }
        #expect(Set(seen.items) == ["first:a", "first:ab", "second:ab"])
    }

    @Test func `what is made of a message is made once, for all its handlers`() async {
        let stage = Stage(
            intake: ScriptedIntake(
                matcher: { _ in [true, true, true] },
                content: { [asked] message in
                    asked.record(message.body)
                    return .message(message)
                }), [noting("first"), noting("second"), noting("third")])
        await stage.run {
            await stage.service.publish("a")
            await stage.service.waitForDeletes(1)
        }
        #expect(seen.items.sorted() == ["first:a", "second:a", "third:a"])
        #expect(asked.items == ["a"])
    }

    @Test func `a message without content is what its intake says, for every handler`() async {
        let stage = Stage(
            intake: ScriptedIntake(
                matcher: { _ in [true, true] },
                content: { _ in .missing(.reject(reason: "the body is not base64")) }),
            [noting("first"), noting("second")])
        await stage.run {
            await stage.service.publish("a")
            await stage.waitForHandled(2)
        }
        let results = stage.reports.items.compactMap { report -> HandlerResult? in
            if case .handled(let run) = report { run.result } else { nil }
        }
        #expect(results == Array(repeating: .reject(reason: "the body is not base64"), count: 2))
        #expect(seen.items.isEmpty)
    }

    @Test func `of two handlers of one name, the later one and its answer count`() async {
        let early = handler("h") { _, _ in .reject(reason: "replaced") }
        let stage = Stage(
            intake: matching { [$0.body == "a", true, $0.body == "b"] },
            [early, noting("other"), noting("h")])
        await stage.run {
            await stage.service.publish("a", "b")
            await seen.wait(for: 3)
        }
        #expect(Set(seen.items) == ["other:a", "other:b", "h:b"])
    }

    /// Its lease runs from the moment its receive was sent all the while.
    @Test func `leases are renewed and events are taken while a message is matched`() async {
        let clock = ManualTime()
        let end = Recorder<Void>()
        let stage = Stage(
            clock: clock, intake: slow("slow"),
            [
                handler { [seen] message, _ in
                    seen.record(message.body)
                    await end.wait(for: 1)
                    return .done
                }
            ])
        await stage.run {
            await stage.service.publish("a")
            await seen.wait(for: 1)
            await stage.service.publish("slow")
            await asked.wait { $0.contains("slow") }
            let middle = Instant.start + .seconds(10)...Instant.start + .seconds(20)
            await clock.waitForSleep(until: middle)
            clock.advance(by: .seconds(20))
            await stage.service.calls.wait { $0.contains(.change(["handle-a": .seconds(30)])) }
            await stage.driver.probe()
            #expect(seen.items == ["a"])

            gate.record(())
            await seen.wait { $0.contains("slow") }
            // Counted from now, it would be renewed ten seconds later.
            let soon = Instant.start + .seconds(21)...Instant.start + .seconds(25)
            await clock.waitForSleep(until: soon)
            clock.advance(by: .seconds(5))
            await stage.service.calls.wait { calls in
                calls.contains {
                    if case .change(let entries) = $0 {
                        entries["handle-slow"] != nil
                    } else {
                        false
                    }
                }
            }
            end.record(())
            await stage.waitForHandled(2)
        }
        #expect(Set(stage.service.deleted) == ["handle-a", "handle-slow"])
    }

    @Test func `handlers that were replaced during the matching do not get the message`() async {
        let stage = Stage(intake: slow("a"), [noting("old")])
        await stage.run {
            await stage.service.publish("a", "b")
            await asked.wait { $0.contains("a") }
            stage.driver.apply(
                QueueSettings(), handlers: [noting("new"), noting("other")],
                intake: matching { [$0.body == "a", $0.body == "b"] })
            await stage.driver.probe()
            gate.record(())
            await seen.wait(for: 2)
        }
        #expect(Set(seen.items) == ["new:a", "other:b"])
    }

    @Test func `handlers that were replaced during a receive do not get its messages`() async {
        let stage = Stage(intake: slow("none"), [noting("old")])
        await stage.run {
            await stage.service.calls.wait { $0.count >= 2 }
            stage.driver.apply(QueueSettings(), handlers: [noting("new")])
            await stage.driver.probe()
            await stage.service.publish("a")
            await seen.wait(for: 1)
        }
        #expect(seen.items == ["new:a"])
    }

    @Test func `a stop gives back what is being matched`() async {
        let stage = Stage(intake: slow("a"), [noting("h")])
        async let over: Void = stage.driver.run()
        await stage.service.publish("a")
        await asked.wait(for: 1)
        stage.driver.stop(graceUntil: stage.clock.now() + .seconds(10))
        await stage.driver.probe()
        gate.record(())
        await over
        #expect(stage.service.calls.items.contains(.change(["handle-a": .zero])))
        #expect(seen.items.isEmpty)
        #expect(stage.slots.inUse == 0)
    }
}
