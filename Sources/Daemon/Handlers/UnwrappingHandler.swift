package import Envelopes
package import MessageHandling
import S3

/// Hands another handler the messages without their envelopes, and with their payloads where these
/// are in S3. A message that is not in the form that the configuration says, or whose payload does
/// not exist, is rejected: no other receive would change it.
struct UnwrappingHandler: Handler {
    private let inner: any Handler
    private let before: [Envelope]
    private let after: [Envelope]
    private let limit: Int
    private let payloads: PayloadStore?

    /// - Parameters:
    ///   - limit: what a compressed body or payload may grow to, in bytes.
    ///   - payloads: nil where the envelopes have no pointers to S3 among them.
    init(
        _ inner: any Handler, _ envelopes: [Envelope], limit: Int, payloads: PayloadStore?
    ) {
        self.inner = inner
        self.limit = limit
        self.payloads = payloads
        (before, after) = envelopes.around(.s3)
    }

    /// Looks for the credentials that payloads are read with, too. Whether S3 accepts them, and can
    /// be reached, only a payload shows.
    func checkAvailability() async throws(HandlerUnavailable) {
        if let payloads {
            do throws(S3Error) {
                try await payloads.client.checkCredentials()
            } catch {
                guard error.kind != .cancelled else { return }
                throw HandlerUnavailable("payloads cannot be read: \(error)")
            }
        }
        try await inner.checkAvailability()
    }

    var isManaged: Bool { inner.isManaged }

    func note(isFull: Bool) async { await inner.note(isFull: isFull) }

    func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
        let unwrapped: Message
        do {
            unwrapped = try await self.unwrapped(message)
        } catch let error as EnvelopeError {
            return .reject(reason: "the body \(error)")
        } catch let error as S3Error {
            return try outcome(of: error)
        }
        return try await inner.handle(unwrapped, context: context)
    }

    private func unwrapped(_ message: Message) async throws -> Message {
        let outer = try message.unwrapped(before, limit: limit)
        guard let payloads, let pointer = try outer.payloadPointer() else {
            return try outer.unwrapped(after, limit: limit)
        }
        let payload = try await payloads.payload(at: pointer)
        return try outer.with(outer.content.replacingPointer(with: payload))
            .unwrapped(after, limit: limit)
    }

    /// Credentials that are not accepted concern every message, as an S3 that is out of reach does,
    /// and no handler has seen this one. A denied object may concern this
    /// one alone, and be missing: it comes back like after any error, and is the redrive policy's
    /// in the end.
    private func outcome(of error: S3Error) throws -> HandlerResult {
        switch error.kind {
        case .missing, .invalid: return .reject(reason: "the payload \(error)")
        case .tooLarge:
            let limit = payloads?.limit ?? 0
            return .reject(
                reason: "the payload \(error), more than payload_limit allows: \(limit)")
        case .credentials, .unavailable:
            throw HandlerUnavailable("payloads cannot be read: \(error)")
        case .denied, .transient, .cancelled: throw error
        }
    }
}

extension Message {
    /// The message with what is in the envelopes of its body in place of body and attributes. A
    /// pointer to a payload in S3 is left, and what is in the payload.
    /// - Parameter limit: what a compressed body may grow to, in bytes.
    /// - Throws: where the body is not in their form.
    package func unwrapped(
        _ envelopes: [Envelope], limit: Int
    ) throws(EnvelopeError) -> Message {
        guard !envelopes.isEmpty else { return self }
        return with(try content.unwrapped(envelopes, limit: limit))
    }

    /// Where the payload is, if it is in S3.
    func payloadPointer() throws(EnvelopeError) -> PayloadPointer? {
        attributes.isEmpty ? nil : try content.payloadPointer()
    }

    fileprivate var content: Content {
        Content(body: body, attributes: attributes.mapValues(ContentAttribute.init))
    }

    fileprivate func with(_ content: Content) -> Message {
        Message(
            id: id, receiptHandle: receiptHandle, body: content.body,
            attributes: content.attributes.mapValues(MessageAttribute.init),
            systemAttributes: systemAttributes, queue: queue)
    }
}

extension ContentAttribute {
    fileprivate init(_ attribute: MessageAttribute) {
        switch attribute.value {
        case .text(let text): self.init(dataType: attribute.dataType, value: .text(text))
        case .binary(let bytes): self.init(dataType: attribute.dataType, value: .binary(bytes))
        }
    }
}

extension MessageAttribute {
    fileprivate init(_ attribute: ContentAttribute) {
        switch attribute.value {
        case .text(let text): self.init(dataType: attribute.dataType, value: .text(text))
        case .binary(let bytes): self.init(dataType: attribute.dataType, value: .binary(bytes))
        }
    }
}
