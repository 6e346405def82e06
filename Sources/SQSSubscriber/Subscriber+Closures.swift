public import FoundationEssentials
public import MessageHandling

extension Subscriber {
    /// Subscribes a closure to a queue: ``handle(queue:name:concurrency:with:)``.
    public mutating func handle(
        queue: String, name: String? = nil, concurrency: Int = defaultConcurrency,
        with body: @escaping @Sendable (Message, HandlerContext) async throws -> Outcome
    ) {
        handle(queue: queue, name: name, concurrency: concurrency, with: ClosureHandler(body))
    }

    /// Subscribes a closure that gets the body decoded from JSON: see ``DecodingHandler``.
    public mutating func handle<Body: Decodable & Sendable>(
        queue: String, decoding type: Body.Type, decoder: JSONDecoder = JSONDecoder(),
        name: String? = nil, concurrency: Int = defaultConcurrency,
        with body: @escaping @Sendable (Body, Message, HandlerContext) async throws -> Outcome
    ) {
        handle(
            queue: queue, name: name, concurrency: concurrency,
            with: DecodingHandler(decoder: decoder, body))
    }

    /// Registers a closure for files in `handlers.d` to use: ``register(_:handler:)``.
    public mutating func register(
        _ name: String,
        handler body: @escaping @Sendable (Message, HandlerContext) async throws -> Outcome
    ) {
        register(name, handler: ClosureHandler(body))
    }

    /// Registers a closure that gets the body decoded from JSON: see ``DecodingHandler``.
    public mutating func register<Body: Decodable & Sendable>(
        _ name: String, decoding type: Body.Type, decoder: JSONDecoder = JSONDecoder(),
        handler body: @escaping @Sendable (Body, Message, HandlerContext) async throws -> Outcome
    ) {
        register(name, handler: DecodingHandler(decoder: decoder, body))
    }
}

private struct ClosureHandler: MessageHandler {
    private let body: @Sendable (Message, HandlerContext) async throws -> Outcome

    init(_ body: @escaping @Sendable (Message, HandlerContext) async throws -> Outcome) {
        self.body = body
    }

    func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        try await body(message, context)
    }
}
