import MessageHandling
import SQS
import SubscriberEngine
import Testing

@Suite struct HandlingTests {
    static let reject = HandlerResult.outcome(.reject(reason: "bad"))
    static let retry = HandlerResult.outcome(.retry(after: nil))

    @Test func `a message is deleted when all its handlers are done, and not before`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"])
        #expect(scene.runs == [1, 1])
        scene.finish(1, handler: 0)
        scene.pass(.seconds(1))
        #expect(scene.deletes.isEmpty)
        scene.finish(1, handler: 1)
        scene.pass(.seconds(1))
        #expect(scene.deletes == [[1]])
        scene.answer()
        #expect(scene.endings == [1: .deleted])
    }

    @Test func `deletes wait a moment for one another and go in batches of ten`() {
        var scene = Scene(handlers: [.plain(concurrency: 12)])
        scene.receive((0..<10).map { "\($0)" })
        for lease in 1...9 {
            scene.finish(UInt64(lease))
            #expect(scene.deletes.isEmpty)
        }
        scene.finish(10)
        #expect(scene.deletes == [Array(1...10)])
        scene.receive(["x"])
        scene.finish(11)
        #expect(scene.deletes.isEmpty)
        scene.pass(.milliseconds(50))
        #expect(scene.deletes == [[11]])
    }

    @Test func `a handler never runs more than its concurrency`() {
        var scene = Scene(handlers: [.plain(0, concurrency: 2), .plain(1, concurrency: 4)])
        scene.receive(["a", "b", "c", "d"])
        #expect(scene.runs(of: 0) == [1, 2])
        scene.finish(1, handler: 0)
        #expect(scene.runs == [3])
    }

    @Test func `a handler that was done is not run again when the message comes back`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"])
        scene.finish(1, handler: 0)
        scene.finish(1, Self.retry, handler: 1)
        #expect(scene.endings == [1: .leftToLapse(.retry)])
        scene.receive(["a"], count: 2)
        #expect(scene.runs == [2])
        #expect(scene.runs(of: 1) == [2])
        scene.finish(2, handler: 1)
        scene.pass(.seconds(1))
        #expect(scene.deletes == [[2]])
    }

    /// The message may be here again before the answer to its release is. Found by the simulation.
    @Test func `a handler that was done is not run again before the release is confirmed`() {
        var scene = Scene(handlers: [.plain(0), .plain(1, retry: .delays([.zero]))])
        scene.receive(["a"])
        scene.finish(1, handler: 0)
        scene.finish(1, Self.retry, handler: 1)
        scene.receive(["a"], count: 2)
        #expect(scene.runs(of: 0) == [])
        #expect(scene.runs(of: 1) == [2])
    }

    /// A message that is done and could not be deleted is deleted when it comes back.
    @Test func `a refused delete is remembered and done on redelivery without a run`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1)
        scene.pass(.seconds(1))
        scene.answer(.lost)
        #expect(scene.endings == [1: .leftToLapse(.deleteUnconfirmed)])
        scene.receive(["a"], count: 2)
        #expect(scene.runs.isEmpty)
        #expect(scene.reports.contains(.deletedWithoutRun(messageID: "a")))
        scene.pass(.seconds(1))
        #expect(scene.deletes == [[2]])
    }

    @Test func `a delete that failed is tried again while its lease is kept`() {
        var scene = Scene(timeout: .seconds(4))
        scene.receive(["a"])
        scene.finish(1)
        scene.pass(.milliseconds(100))
        var attempts = 0
        var renewals = 0
        for _ in 0..<400 {
            attempts += scene.deletes.count
            renewals += scene.changes.count
            scene.answer(scene.deletes.isEmpty ? nil : .cut)
            scene.pass(.milliseconds(50))
        }
        #expect((3...12).contains(attempts))
        #expect(renewals >= 4)
        for _ in 0..<60 where scene.endings.isEmpty {
            scene.pass(.seconds(1))
            scene.answer()
        }
        #expect(scene.endings == [1: .deleted])
    }

    @Test func `each entry of a batch is looked at`() {
        var scene = Scene()
        scene.receive(["a", "b", "c"])
        for lease in 1...3 { scene.finish(UInt64(lease)) }
        scene.pass(.milliseconds(50))
        scene.answer(.cut, except: [1, 3])
        #expect(scene.endings == [1: .deleted, 3: .deleted])
        scene.pass(.seconds(2))
        #expect(scene.deletes == [[2]])
    }

    static let policies: [(RetryPolicy, Int, ClosedRange<Int64>)] = [
        (.visibilityTimeout, 1, 0...0),
        (.delays([.seconds(10), .seconds(60)]), 1, 10...12),
        (.delays([.seconds(10), .seconds(60)]), 9, 60...72),
        (.delays([.seconds(2)]), 1, 2...2),
        (.exponential(initial: .seconds(10), maximum: .seconds(60)), 1, 10...12),
        (.exponential(initial: .seconds(10), maximum: .seconds(60)), 2, 20...24),
        (.exponential(initial: .seconds(10), maximum: .seconds(60)), 50, 60...72),
        (.delays([.seconds(50_000)]), 1, 43_189...43_190),
    ]

    @Test(arguments: policies)
    func `a failed message comes back as its retry settings say`(
        policy: RetryPolicy, count: Int, expected: ClosedRange<Int64>
    ) {
        var scene = Scene(handlers: [.plain(retry: policy)])
        scene.receive(["a"], count: count)
        scene.finish(1, .threw("failed"))
        if expected == 0...0 {
            #expect(scene.endings == [1: .leftToLapse(.retry)])
            return
        }
        scene.pass(.seconds(1))
        #expect(expected.contains(scene.changes[1] ?? -1))
        scene.answer()
        guard case .visibilitySet? = scene.endings[1] else {
            Issue.record("ended as \(scene.endings)")
            return
        }
    }

    @Test func `the longest delay that a handler asks for counts`() {
        var scene = Scene(handlers: [.plain(0), .plain(1)])
        scene.receive(["a"])
        scene.finish(1, .outcome(.retry(after: .seconds(5))), handler: 0)
        scene.finish(1, .outcome(.retry(after: .seconds(50))), handler: 1)
        scene.pass(.seconds(1))
        #expect(scene.changes == [1: 50])
    }

    @Test func `a rejected message is deleted once the dead-letter queue has it`() {
        var scene = Scene(queue: QueueSettings(deadLetterQueueURL: "dead"))
        scene.receive(["a"])
        scene.finish(1, Self.reject)
        #expect(scene.deadLetters == [1])
        scene.pass(.seconds(1))
        #expect(scene.deletes.isEmpty)
        scene.send(.deadLetterAnswered(LeaseID(1), nil))
        #expect(
            scene.reports == [.rejected(messageID: "a", reason: "bad", deadLettered: true)])
        scene.pass(.seconds(1))
        #expect(scene.deletes == [[1]])
    }

    @Test func `a rejected message that the dead-letter queue did not take comes back`() {
        var scene = Scene(queue: QueueSettings(deadLetterQueueURL: "dead"))
        scene.receive(["a"])
        scene.finish(1, Self.reject)
        scene.send(.deadLetterAnswered(LeaseID(1), .denied))
        #expect(scene.endings == [1: .leftToLapse(.rejected)])
        scene.pass(.seconds(1))
        #expect(scene.deletes.isEmpty)
    }

    /// An outage sees one call per backoff rather than one per message.
    @Test func `while the dead-letter queue refuses, it is asked again only after a pause`() {
        var scene = Scene(queue: QueueSettings(deadLetterQueueURL: "dead"))
        scene.receive((1...9).map { "\($0)" })
        scene.finish(1, Self.reject)
        scene.send(.deadLetterAnswered(LeaseID(1), .denied))
        for lease in 2...8 as ClosedRange<UInt64> {
            scene.finish(lease, Self.reject)
            #expect(scene.deadLetters.isEmpty)
            #expect(scene.endings == [lease: .leftToLapse(.rejected)])
        }
        scene.pass(.seconds(12))
        scene.finish(9, Self.reject)
        #expect(scene.deadLetters == [9])
    }

    /// What is wrong with one message keeps no other from its way.
    @Test func `a message that the dead-letter queue cannot take does not hold up the others`() {
        var scene = Scene(queue: QueueSettings(deadLetterQueueURL: "dead"))
        scene.receive(["large", "small"])
        scene.finish(1, Self.reject)
        let tooLarge = SQSError(.malformed, code: "InvalidParameterValue", "too large")
        scene.send(.deadLetterAnswered(LeaseID(1), tooLarge))
        #expect(scene.endings == [1: .leftToLapse(.rejected)])
        scene.finish(2, Self.reject)
        #expect(scene.deadLetters == [2])
    }

    /// SQS refuses an over-ask, rather than cut it down.
    @Test func `a delay beyond twelve hours from the receive is cut down, and it is said`() {
        var scene = Scene()
        scene.receive(["a", "b"])
        scene.finish(1, .outcome(.retry(after: .seconds(43_000))), after: .seconds(5))
        #expect(!scene.reports.contains { if case .delayCapped = $0 { true } else { false } })
        scene.finish(2, .outcome(.retry(after: .seconds(43_200))), after: .seconds(5))
        let granted = Duration.seconds(43_200 - 10 - 10)
        #expect(
            scene.reports.contains(
                .delayCapped(messageID: "b", asked: .seconds(43_200), granted: granted)))
        #expect(
            scene.reports.contains(
                .retryScheduled(messageID: "b", receiveCount: 1, delay: granted)))
        #expect(scene.changes[2].map { $0 <= 43_180 && $0 > 43_100 } ?? false)
    }

    @Test func `without a dead-letter queue a rejected message is left to the redrive policy`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.finish(1, Self.reject)
        #expect(scene.endings == [1: .leftToLapse(.rejected)])
    }

    @Test func `a message one handler rejects and another wants again comes back`() {
        var scene = Scene(
            handlers: [.plain(0), .plain(1)], queue: QueueSettings(deadLetterQueueURL: "dead"))
        scene.receive(["a"])
        scene.finish(1, Self.reject, handler: 0)
        scene.finish(1, Self.retry, handler: 1)
        #expect(scene.deadLetters.isEmpty)
        #expect(scene.endings == [1: .leftToLapse(.retry)])
    }

    @Test func `a message that nothing matches follows the policy of the queue`() {
        for policy in UnmatchedPolicy.allCases {
            let queue = QueueSettings(unmatched: policy, deadLetterQueueURL: "dead")
            var scene = Scene(queue: queue)
            scene.receive(["a"], handlers: [])
            #expect(scene.reports == [.unmatched(count: 1, lastMessageID: "a", policy)])
            switch policy {
            case .leave: #expect(scene.endings == [1: .leftToLapse(.unmatched)])
            case .reject: #expect(scene.deadLetters == [1])
            case .delete:
                scene.pass(.seconds(1))
                #expect(scene.deletes == [[1]])
            }
        }
    }

    @Test func `unmatched messages are warned about once a minute`() {
        var scene = Scene()
        var reports = 0
        for number in 0..<30 {
            scene.receive(["\(number)"], handlers: [])
            reports += scene.reports.count
            scene.pass(.seconds(10))
        }
        #expect(reports == 5)
    }

    /// Standard queues deliver a message twice now and then.
    @Test func `a second delivery of a message in hand waits and fares as the first`() {
        var scene = Scene()
        scene.receive(["a"])
        scene.receive(["a"])
        #expect(scene.runs.isEmpty)
        scene.finish(1)
        scene.pass(.milliseconds(50))
        scene.answer()
        scene.pass(.milliseconds(50))
        #expect(scene.deletes == [[2]])
        #expect(scene.runs.isEmpty)
    }
}
