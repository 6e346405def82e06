import MessageHandling
import SQS
import SubscriberEngine
import Testing

/// Receives that are told to come back when messages are released, which they would bring again.
@Suite struct CutReceiveTests {
    @Test(arguments: [(1, true), (10, false)])
    func `a receive that waits is cut, one of a busy queue brings its answer`(
        messages: Int, isCut: Bool
    ) {
        var scene = Scene(handlers: [.plain(concurrency: 30)])
        scene.receive((1...messages).map { "\($0)" })
        #expect(!scene.out.isEmpty)
        scene.finish(1, GateTests.broken)
        #expect((scene.cutReceives > 0) == isCut)
    }

    /// Cut with its answer on the way, what it brings would be hidden for a visibility timeout.
    @Test(arguments: [(0, false), (2, true)])
    func `a receive that was out when another brought messages is not cut but after a while`(
        seconds: Int, isCut: Bool
    ) {
        var scene = Scene(handlers: [.plain(concurrency: 30)])
        scene.receive((1...10).map { "\($0)" })
        #expect(scene.out.count >= 2)
        scene.pass(.milliseconds(10))
        scene.receive(["11"])
        #expect(!scene.out.isEmpty)
        scene.finish(1, GateTests.broken, after: .seconds(seconds))
        #expect((scene.cutReceives > 0) == isCut)
    }
}
