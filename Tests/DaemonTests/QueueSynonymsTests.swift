import AWS
import Daemon
import SubscriberConfiguration
import SubscriberEngine
import Testing

@Suite struct QueueSynonymsTests {
    private static let url = "http://127.0.0.1:1/000000000000/orders"
    private static let other = "http://localhost:1/000000000000/orders"

    private func subscriptions(
        _ queues: String...
    ) throws -> [SubscriberConfiguration.SubscriptionSettings] {
        try queues.map { queue in
            var options = QueueOptions()
            options.engine.weight = queue == Self.url ? 2 : 1
            return SubscriberConfiguration.SubscriptionSettings(
                queue: try QueueReference(queue), options: options, handlers: [])
        }
    }

    private func queues(_ synonyms: QueueSynonyms, _ names: String...) throws -> [String] {
        try synonyms.united(names.flatMap { try subscriptions($0) }).map(\.queue.text)
    }

    @Test func `what is not known to be the same stays apart`() throws {
        #expect(try queues(QueueSynonyms(), "orders", "bills") == ["orders", "bills"])
    }

    @Test func `one queue has the name and the settings of the one that has it`() throws {
        var synonyms = QueueSynonyms()
        let isNews = [1, 2].map { _ in synonyms.note(Self.other, isQueueOf: Self.url) }
        #expect(isNews == [true, false])
        for order in [[Self.url, Self.other], [Self.other, Self.url]] {
            let united = synonyms.united(try order.flatMap { try subscriptions($0) })
            #expect(united.map(\.queue.text) == [Self.url])
            #expect(united.map(\.options.engine.weight) == [2])
        }
        #expect(synonyms.names(of: Self.other) == [Self.url, Self.other])
        #expect(synonyms.names(of: "bills") == ["bills"])
    }

    @Test func `three names of one queue are one, whichever were compared`() throws {
        var synonyms = QueueSynonyms()
        let isNews = [
            synonyms.note("orders", isQueueOf: Self.url),
            synonyms.note(Self.other, isQueueOf: "orders"),
            synonyms.note(Self.url, isQueueOf: Self.other),
        ]
        #expect(isNews == [true, true, false])
        #expect(
            try queues(synonyms, Self.other, "bills", "orders", Self.url) == [Self.url, "bills"])
    }

    @Test func `without the name that was known first the others go by one of theirs`() throws {
        var synonyms = QueueSynonyms()
        _ = synonyms.note("orders", isQueueOf: Self.url)
        _ = synonyms.note(Self.other, isQueueOf: Self.url)
        #expect(try queues(synonyms, "orders", Self.other) == ["orders"])
    }
}
