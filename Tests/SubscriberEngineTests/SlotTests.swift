import SubscriberEngine
import TestKit
import Testing

@Suite struct SlotTests {
    @Test(arguments: [(slots: 3, concurrency: 64), (slots: 64, concurrency: 3)])
    func `a subscription is full when its messages hold all the room there is`(
        slots: Int, concurrency: Int
    ) {
        var scene = Scene(handlers: [.plain(concurrency: concurrency)], slots: slots)
        // A receive is out: messages may come.
        #expect(!scene.subscription.isFull)
        scene.receive(["a", "b", "c"])
        scene.pass(.seconds(1))
        #expect(scene.subscription.isFull)
        scene.finish(1)
        scene.answerAll()
        scene.pass(.seconds(1))
        #expect(!scene.out.isEmpty)
        #expect(!scene.subscription.isFull)
    }

    @Test func `a subscription that waits for its rate is not full`() {
        var scene = Scene(handlers: [.plain(messagesPerSecond: 2)])
        scene.receive(["a", "b"])
        #expect(scene.out.isEmpty)
        #expect(!scene.subscription.isFull)
    }

    @Test func `one subscription may borrow all slots but those kept for the others`() {
        var ledger = SlotLedger(slots: 10)
        let busy = ledger.join(weight: 1)
        let quiet = ledger.join(weight: 1)
        #expect(ledger.want(100, idle: false, for: busy).map(\.count) == [9])
        #expect(ledger.want(1, idle: true, for: quiet).map(\.count) == [1])
        #expect(ledger.want(5, idle: false, for: quiet) == [])
    }

    @Test func `what comes back goes to the one with the fewest for its weight`() {
        var ledger = SlotLedger(slots: 12)
        let light = ledger.join(weight: 1)
        let heavy = ledger.join(weight: 3)
        _ = ledger.want(100, idle: false, for: light)
        _ = ledger.want(100, idle: false, for: heavy)
        for _ in 0..<20 {
            _ = ledger.giveBack(1, from: light)
            _ = ledger.giveBack(1, from: heavy)
        }
        #expect(ledger.held(by: light) == 3)
        #expect(ledger.held(by: heavy) == 9)
        #expect(ledger.inUse == 12)
    }

    @Test func `idle receives leave most slots to a busy queue`() {
        var ledger = SlotLedger(slots: 64)
        let idle = (0..<8).map { _ in ledger.join(weight: 1) }
        let busy = ledger.join(weight: 1)
        for member in idle { _ = ledger.want(10, idle: true, for: member) }
        #expect(ledger.want(64, idle: false, for: busy).map(\.count) == [56])
    }

    @Test func `alone an idle receive may be a full one`() {
        var ledger = SlotLedger(slots: 10)
        let only = ledger.join(weight: 1)
        #expect(ledger.want(10, idle: true, for: only).map(\.count) == [10])
    }

    @Test func `with more queues than slots each still has one`() {
        var ledger = SlotLedger(slots: 2)
        let members = (0..<5).map { _ in ledger.join(weight: 1) }
        for member in members {
            #expect(ledger.want(3, idle: false, for: member).map(\.count) == [1])
        }
    }

    @Test func `a free slot goes to the highest priority, whatever the weights`() {
        var ledger = SlotLedger(slots: 12)
        let low = ledger.join(weight: 100)
        let high = ledger.join(weight: 1, priority: 1)
        let equal = ledger.join(weight: 3, priority: 1)
        for member in [low, high, equal] { _ = ledger.want(100, idle: false, for: member) }
        for _ in 0..<20 {
            for member in [low, high, equal] { _ = ledger.giveBack(1, from: member) }
        }
        #expect(ledger.held(by: low) == 1)
        #expect(ledger.held(by: high) < ledger.held(by: equal))
        #expect(ledger.inUse == 12)
    }

    @Test func `a low priority keeps one slot, and has all that a high one does not want`() {
        var ledger = SlotLedger(slots: 10)
        let low = ledger.join(weight: 1)
        let high = ledger.join(weight: 1, priority: 5)
        #expect(ledger.want(100, idle: false, for: low).map(\.count) == [9])
        #expect(ledger.want(100, idle: false, for: high).map(\.count) == [1])
        #expect(ledger.giveBack(9, from: low).map(\.count) == [1, 8])
        #expect(ledger.held(by: low) == 1)
        _ = ledger.want(0, idle: false, for: high)
        #expect(ledger.giveBack(9, from: high).map(\.count) == [8])
        #expect(ledger.held(by: low) == 9)
    }

    @Test func `a priority that a reload changes counts from the next slot on`() {
        var ledger = SlotLedger(slots: 6)
        let one = ledger.join(weight: 1)
        let other = ledger.join(weight: 1, priority: 1)
        for member in [one, other] { _ = ledger.want(100, idle: false, for: member) }
        ledger.setWeight(1, priority: 2, of: one)
        _ = ledger.giveBack(1, from: other)
        _ = ledger.giveBack(1, from: other)
        _ = ledger.giveBack(1, from: other)
        _ = ledger.giveBack(1, from: other)
        #expect(ledger.held(by: one) == 5)
        #expect(ledger.held(by: other) == 1)
    }

    @Test func `fewer slots take effect as they come back`() {
        var ledger = SlotLedger(slots: 8)
        let member = ledger.join(weight: 1)
        _ = ledger.want(8, idle: false, for: member)
        #expect(ledger.resize(to: 4) == [])
        _ = ledger.want(8, idle: false, for: member)
        #expect(ledger.giveBack(3, from: member) == [])
        #expect(ledger.giveBack(2, from: member).map(\.count) == [1])
        #expect(ledger.held(by: member) == 4)
    }

    @Test func `a member that leaves frees all it held`() {
        var ledger = SlotLedger(slots: 4)
        let first = ledger.join(weight: 1)
        _ = ledger.want(4, idle: false, for: first)
        let second = ledger.join(weight: 1)
        #expect(ledger.want(4, idle: false, for: second) == [])
        #expect(ledger.leave(first).map(\.count) == [4])
        #expect(ledger.inUse == 4)
    }

    /// Random use: no slot is lost, none is given twice, nobody who wants one has none.
    @Test(arguments: 0..<UInt64(50))
    func `slots are conserved and nobody starves`(seed: UInt64) {
        var chance = Jitter(seed: seed)
        let slots = 1 + Int(chance.next() % 30)
        var ledger = SlotLedger(slots: slots)
        let members = (0..<(1 + chance.next() % 6)).map { _ in
            ledger.join(
                weight: 1 + Int(chance.next() % 4), priority: Int(chance.next() % 3))
        }
        var held = Array(repeating: 0, count: members.count)
        var wanted = held
        for _ in 0..<2_000 {
            let index = Int(chance.next() % UInt64(members.count))
            let grants: [SlotLedger.Grant]
            if chance.fraction() < 0.5 {
                wanted[index] = Int(chance.next() % 15)
                grants = ledger.want(
                    wanted[index], idle: chance.fraction() < 0.5, for: members[index])
            } else {
                let count = Int(chance.next() % UInt64(held[index] + 1))
                held[index] -= count
                grants = ledger.giveBack(count, from: members[index])
            }
            for grant in grants {
                guard let winner = members.firstIndex(of: grant.member) else { continue }
                held[winner] += grant.count
                wanted[winner] -= grant.count
            }
            #expect(held.reduce(0, +) == ledger.inUse)
            #expect(ledger.inUse <= max(slots, members.count))
            for (index, member) in members.enumerated() {
                #expect(held[index] == ledger.held(by: member))
                #expect(wanted[index] <= 0 || held[index] > 0)
            }
        }
    }

    @Test func `the pool delivers grants to whoever waits`() {
        let pool = SlotPool(slots: 4)
        let first = Counter()
        let second = Counter()
        let one = pool.join(weight: 1) { first.add($0) }
        let two = pool.join(weight: 1) { second.add($0) }
        one.want(10, idle: false)
        #expect(first.value == 3)
        two.want(2, idle: false)
        #expect(second.value == 1)
        one.giveBack(2)
        #expect(first.value + second.value == 6)
        one.leave()
        #expect(two.held == second.value)
        #expect(pool.inUse == second.value)
    }
}
