import SubscriberEngine
import TestKit
import Testing

@Suite struct SerialTableTests {
    /// Numbers in their order, some of which are in use for long.
    @Test(arguments: [UInt64(1), 2, 3])
    func `a table keeps what a dictionary keeps`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = SerialTable<LeaseID, String>()
        var model: [LeaseID: String] = [:]
        var last: UInt64 = 0
        for round in 0..<4_000 {
            // It grows for a time, then shrinks.
            let isGrowing = round % 800 < 500
            if Int.random(in: 0..<10, using: &random) < (isGrowing ? 7 : 3) {
                last += 1
                table[LeaseID(last)] = "\(last)"
                model[LeaseID(last)] = "\(last)"
            } else if let id = model.keys.randomElement(using: &random), id.value % 50 != 0 {
                table[id] = nil
                model[id] = nil
            }
            if let id = model.keys.randomElement(using: &random) {
                table[id]?.append("+")
                model[id]?.append("+")
            }
            let absent = LeaseID(last + UInt64.random(in: 1...200, using: &random))
            table[absent]?.append("+")
            #expect(table[absent] == nil)
            #expect(table.count == model.count)
            #expect(table.isEmpty == model.isEmpty)
        }
        #expect(model.allSatisfy { table[$0.key] == $0.value })
        #expect(table.ids.sorted() == model.keys.sorted())
        #expect(table.values.sorted() == model.values.sorted())
        for id in model.keys { table[id] = nil }
        #expect(table.isEmpty && table.ids.isEmpty && table.values.isEmpty)
    }
}
