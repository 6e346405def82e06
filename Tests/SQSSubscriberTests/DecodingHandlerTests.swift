import FoundationEssentials
import SQSSubscriber
import Testing

/// Bodies that are decoded before the handler sees them.
@Suite struct DecodingHandlerTests {
    struct Order: Decodable, Equatable {
        struct Item: Decodable, Equatable { let price: Int }
        let id: Int
        let items: [Item]
    }

    private let tester = HandlerTester(
        DecodingHandler<Order> { order, message, _ in
            order.id == message.receiveCount ? .done : .retry()
        })

    @Test func `the handler gets the decoded body and the message`() async {
        let body = #"{"id": 3, "items": [{"price": 5}]}"#
        #expect(await tester.handle(.test(body: body, receiveCount: 3)) == .outcome(.done))
        #expect(await tester.handle(.test(body: body)) == .outcome(.retry()))
    }

    @Test func `a decoder of one's own reads names and dates as they are written`() async {
        struct Event: Decodable {
            let createdAt: Date
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .iso8601
        let tester = HandlerTester(
            DecodingHandler<Event>(decoder: decoder) { event, _, _ in
                event.createdAt == Date(timeIntervalSince1970: 1_700_000_000) ? .done : .retry()
            })
        let body = #"{"created_at": "2023-11-14T22:13:20Z"}"#
        #expect(await tester.handle(.test(body: body)) == .outcome(.done))
    }

    @Test(arguments: [
        (#"{"items": []}"#, "id is missing"),
        (#"{"id": null, "items": []}"#, "id is null, and has to be a Int"),
        (#"{"id": 1, "items": [{"price": 1}, {"price": "x"}]}"#, "items[1].price is not a Int"),
        ("[]", "the document is not a "),
        ("not JSON", "the document: "),
    ])
    func `a body that does not decode is rejected with the place`(body: String, problem: String)
        async throws
    {
        let result = await tester.handle(.test(body: body))
        guard case .outcome(.reject(let reason)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(reason.hasPrefix("the body is not a Order: \(problem)"), "\(reason)")
    }
}
