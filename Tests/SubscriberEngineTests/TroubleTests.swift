import MessageHandling
import SQS
import SubscriberEngine
import Testing

/// What is said of the next attempt is what happens.
@Suite struct TroubleTests {
    private static func isAttempt(_ effect: Effect, of activity: Activity) -> Bool {
        switch (effect, activity) {
        case (.receive, .receive), (.readAttributes, .attributes), (.delete, .delete),
            (.changeVisibility, .visibility), (.deadLetter, .deadLetter):
            true
        default: false
        }
    }

    /// A scene in which the activity has failed until it is a trouble.
    private static func scene(failing activity: Activity) -> Scene {
        var scene = Scene(queue: QueueSettings(deadLetterQueueURL: "dead"))
        switch activity {
        case .receive: scene.failReceive(.denied)
        case .attributes:
            scene.pass(.seconds(300))
            scene.send(.attributesFailed(.denied))
        case .delete:
            scene.receive(["a"])
            scene.finish(1)
            scene.pass(.milliseconds(50))
            scene.failCalls(.denied)
        case .visibility:
            scene.receive(["a"])
            scene.pass(.seconds(15))
            scene.failCalls(.denied)
        case .deadLetter:
            scene.receive(["a"])
            scene.finish(1, .outcome(.reject(reason: "bad")))
            scene.send(.deadLetterAnswered(LeaseID(1), .denied))
        }
        return scene
    }

    @Test(arguments: [Activity.receive, .attributes, .delete, .visibility])
    func `a trouble says when it is tried next`(activity: Activity) throws {
        var scene = Self.scene(failing: activity)
        let trouble = try #require(scene.subscription.snapshot().troubles.first)
        #expect(trouble.activity == activity)
        let next = try #require(trouble.nextAttempt)
        #expect(next > scene.now)
        scene.pass(next - scene.now - .milliseconds(1))
        #expect(!scene.effects.contains { Self.isAttempt($0, of: activity) })
        scene.pass(.milliseconds(1))
        #expect(scene.effects.contains { Self.isAttempt($0, of: activity) })
        if activity != .visibility {
            #expect(scene.subscription.snapshot().troubles.first?.nextAttempt == nil)
        }
    }

    @Test func `nobody knows when the next message is rejected`() throws {
        let scene = Self.scene(failing: .deadLetter)
        let trouble = try #require(scene.subscription.snapshot().troubles.first)
        #expect(trouble.activity == .deadLetter)
        #expect(trouble.nextAttempt == nil)
    }

    @Test func `a stop receives nothing more, and says so`() throws {
        var scene = Self.scene(failing: .receive)
        scene.receive(["a"])
        scene.send(.stop(graceUntil: scene.now + .seconds(20)))
        #expect(scene.subscription.snapshot().troubles.allSatisfy { $0.nextAttempt == nil })
    }
}
