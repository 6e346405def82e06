import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct GroupStallTests {
    static func stalls(_ scene: Scene) -> [GroupStall] {
        scene.reports.compactMap { if case .groupStalled(let stall) = $0 { stall } else { nil } }
    }

    static func moves(_ scene: Scene) -> [String] {
        scene.reports.compactMap {
            if case .groupMoves(let group, _) = $0 { group } else { nil }
        }
    }

    /// Receives the first message of group `a` and lets it fail, `count` times.
    static func fail(_ scene: inout Scene, from first: UInt64 = 1, times count: UInt64) -> Int {
        var reported = 0
        for lease in first..<(first + count) {
            scene.receive(["a1"], groups: ["a"], count: Int(lease))
            scene.finish(lease, .threw("failed"))
            reported += stalls(scene).count
            scene.pass(.seconds(30))
            scene.receive([])
        }
        return reported
    }

    @Test func `a group whose message keeps failing is reported once and shown meanwhile`() {
        var scene = Scene(fifo: true)
        #expect(Self.fail(&scene, times: 2) == 0)
        #expect(scene.subscription.snapshot().stalls.isEmpty)
        #expect(Self.fail(&scene, from: 3, times: 5) == 1)
        let stall = scene.subscription.snapshot().stalls.first
        #expect(stall?.group == "a")
        #expect(stall?.messageID == "a1")
        #expect(stall?.cause == .failing)
        scene.receive(["a1"], groups: ["a"])
        scene.finish(8)
        #expect(Self.moves(scene) == ["a"])
        #expect(scene.subscription.snapshot().stalls.isEmpty)
    }

    @Test func `failures of one group do not count for another`() {
        var scene = Scene(fifo: true)
        for lease in 1...6 as ClosedRange<UInt64> {
            scene.receive(["m\(lease)"], groups: ["g\(lease)"])
            scene.finish(lease, .threw("failed"))
            #expect(Self.stalls(scene).isEmpty)
            scene.pass(.seconds(30))
        }
    }

    /// Another host, or the dead-letter queue, has it: nobody will say so.
    @Test func `a group that does not come back is no longer shown after a while`() {
        var scene = Scene(fifo: true)
        #expect(Self.fail(&scene, times: 3) == 1)
        scene.pass(.seconds(400))
        #expect(scene.subscription.snapshot().stalls.isEmpty)
    }

    @Test func `another first message of the group shows that it moved on`() {
        var scene = Scene(fifo: true)
        #expect(Self.fail(&scene, times: 3) == 1)
        scene.receive(["a2"], groups: ["a"])
        scene.finish(4, .threw("failed"))
        #expect(Self.moves(scene) == ["a"])
    }

    @Test func `a handler that runs for very long is reported once, until it returns`() {
        var scene = Scene(fifo: true)
        scene.receive(["a1", "a2"], groups: ["a", "a"])
        var reported: [GroupStall] = []
        for _ in 0..<100 {
            scene.pass(.seconds(10))
            reported += Self.stalls(scene)
            scene.answer()
        }
        #expect(reported.map(\.cause) == [.notReturning])
        #expect(scene.subscription.snapshot().stalls.map(\.group) == ["a"])
        scene.finish(1)
        #expect(Self.moves(scene) == ["a"])
        #expect(scene.runs == [2])
    }

    @Test func `a group behind a handler that was told to end and does not is reported`() {
        var scene = Scene(fifo: true)
        scene.receive(["a1"], groups: ["a"])
        scene.pass(.seconds(15))
        scene.answer(.lost)
        scene.receive(["a2"], groups: ["a"])
        scene.pass(.seconds(60))
        #expect(Self.stalls(scene).map(\.cause) == [.notReturning])
        #expect(Self.stalls(scene).map(\.messageID) == ["a1"])
        scene.finish(1, .cancelled)
        #expect(Self.moves(scene) == ["a"])
    }

    @Test func `a queue without groups has none that stall`() {
        var scene = Scene()
        #expect(Self.fail(&scene, times: 5) == 0)
    }
}
