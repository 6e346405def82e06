import MessageHandling
import SQS
import SubscriberEngine
import Testing

/// A call that fails as a whole says nothing of the messages in it, whatever the error.
@Suite struct WholeCallTests {
    static let malformed = SQSError(.malformed, code: "SerializationException", "unreadable")
    static let errors: [SQSError] = [.notFound, .denied, .cut, malformed]

    @Test(arguments: errors)
    func `a renewal is repeated until the handlers must be cancelled`(error: SQSError) {
        var scene = Scene(timeout: .seconds(30))
        scene.receive(["a", "b"])
        var renewals = 0
        while scene.cancels.isEmpty, scene.now < .start + .seconds(40) {
            scene.pass(.milliseconds(250))
            renewals += scene.changes.isEmpty ? 0 : 1
            if scene.cancels.isEmpty { scene.failCalls(error) }
        }
        #expect((3...5).contains(renewals))
        #expect(scene.cancels == [1, 2])
        #expect(scene.now >= .start + .seconds(26))
        #expect(scene.endings[1] == .leftToLapse(.leaseLost(.unanswered)))
    }

    @Test(arguments: errors)
    func `one failed renewal cancels nothing`(error: SQSError) {
        var scene = Scene(timeout: .seconds(30))
        scene.receive(["a", "b"])
        scene.pass(.seconds(15))
        scene.failCalls(error)
        #expect(scene.reports == (error == .cut ? [] : [.troubleBegan(.visibility, error)]))
        scene.pass(.seconds(5))
        #expect(scene.changes == [1: 30, 2: 30])
        scene.answer()
        scene.pass(.seconds(10))
        #expect(scene.cancels.isEmpty)
        #expect(scene.endings.isEmpty)
    }

    @Test(arguments: errors)
    func `a delete is tried again after a pause, and its trouble is told`(error: SQSError) {
        var scene = Scene()
        scene.receive(["a", "b"])
        scene.finish(1)
        scene.finish(2)
        scene.pass(.milliseconds(50))
        scene.failCalls(error)
        if error == .cut {
            // One that may work at once is tried at once, and told of when that fails as well.
            #expect(scene.reports.isEmpty)
            scene.pass(.milliseconds(50))
            scene.failCalls(error)
        }
        #expect(scene.reports == [.troubleBegan(.delete, error)])
        #expect(scene.endings.isEmpty)
        #expect(scene.subscription.snapshot().troubles.map(\.activity) == [.delete])
        scene.pass(.milliseconds(45))
        #expect(scene.deletes.isEmpty)
        var deleted: Set<UInt64> = []
        for _ in 0..<60 where deleted.count < 2 {
            scene.pass(.milliseconds(500))
            scene.answer()
            deleted.formUnion(scene.endings.filter { $0.value == .deleted }.keys)
        }
        #expect(deleted == [1, 2])
        #expect(scene.subscription.snapshot().troubles.isEmpty)
    }

    /// So many may wait for their delete, and no more are received.
    @Test(arguments: errors)
    func `while no delete succeeds, no more is handled than may wait`(error: SQSError) {
        var scene = Scene(handlers: [.plain(concurrency: 20)])
        var handled: UInt64 = 0
        for _ in 0..<100 where !scene.out.isEmpty {
            scene.receive((0..<10).map { "\(handled)-\($0)" })
            let runs = scene.runs
            scene.pass(.seconds(1))
            for lease in runs {
                handled += 1
                scene.finish(lease)
            }
            scene.pass(.milliseconds(50))
            scene.failCalls(error)
        }
        #expect((100...130).contains(handled))
    }

    @Test(arguments: errors)
    func `a release is tried again`(error: SQSError) {
        var scene = Scene()
        scene.receive(["a", "b"])
        scene.finish(1, .cancelled)
        #expect(scene.changes == [1: 0])
        scene.failCalls(error)
        #expect(scene.endings.isEmpty)
        scene.pass(.seconds(11))
        #expect(scene.changes[1] == 0)
    }

    @Test(arguments: errors)
    func `a dead-letter queue that fails is asked again only after a pause`(error: SQSError) {
        var scene = Scene(queue: QueueSettings(deadLetterQueueURL: "dead"))
        scene.receive(["a", "b"])
        scene.finish(1, .outcome(.reject(reason: "bad")))
        scene.send(.deadLetterAnswered(LeaseID(1), error))
        scene.finish(2, .outcome(.reject(reason: "bad")))
        #expect(scene.deadLetters.isEmpty)
    }

    @Test func `an error that is about the one message of a call counts for it`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.pass(.seconds(15))
        scene.failCalls(.lost)
        #expect(scene.endings == [1: .leftToLapse(.leaseLost(.refused))])
    }

    @Test func `of several messages nobody knows which one an error is about`() {
        var scene = Scene()
        scene.receive(["a", "b"])
        scene.pass(.seconds(15))
        scene.failCalls(.lost)
        #expect(scene.endings.isEmpty)
    }
}
