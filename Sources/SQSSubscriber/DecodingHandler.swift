public import FoundationEssentials
public import MessageHandling

/// A handler that gets the body decoded from JSON.
///
/// A body that does not decode is rejected, with what is wrong and where as the reason: it would
/// not decode the next time either. It goes to the subscription's dead-letter queue, or is left to
/// the queue's redrive policy.
public struct DecodingHandler<Body: Decodable & Sendable>: MessageHandler {
    private let body: @Sendable (Body, Message, HandlerContext) async throws -> Outcome
    private let decoder: JSONDecoder

    /// - Parameter decoder: with what the bodies need, such as its `dateDecodingStrategy` or
    ///   `keyDecodingStrategy`. Not to be changed any more.
    public init(
        decoder: JSONDecoder = JSONDecoder(),
        _ body: @escaping @Sendable (Body, Message, HandlerContext) async throws -> Outcome
    ) {
        self.decoder = decoder
        self.body = body
    }

    public func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        let decoded: Body
        do {
            decoded = try decoder.decode(Body.self, from: Data(message.body.utf8))
        } catch {
            return .reject(reason: "the body is not a \(Body.self): \(Self.explain(error))")
        }
        return try await body(decoded, message, context)
    }

    private static func explain(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, let context):
            return "\(place(context, key)) is missing"
        case .valueNotFound(let type, let context):
            return "\(place(context)) is null, and has to be a \(type)"
        case .typeMismatch(let type, let context):
            return "\(place(context)) is not a \(type)"
        case .dataCorrupted(let context):
            return "\(place(context)): \(context.debugDescription)"
        @unknown default:
            return "\(error)"
        }
    }

    /// `items[2].price`; the document itself where no key was reached.
    private static func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil)
        -> String
    {
        let path = context.codingPath + (key.map { [$0] } ?? [])
        let text = path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return text.isEmpty ? "the document" : String(text.drop { $0 == "." })
    }
}
