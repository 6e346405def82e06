import SQSSubscriber

struct Order: Decodable {
    let id: Int
    let item: String
}

var subscriber = Subscriber()
subscriber.handle(queue: "orders", decoding: Order.self) { order, message, context in
    context.logger.notice("order \(order.id): \(order.item)")
    return order.item == "nothing" ? .reject(reason: "nothing was ordered") : .done
}
subscriber.register("shout") { message, context in
    context.logger.notice("\(message.body.uppercased())")
    return .done
}
await subscriber.main()
