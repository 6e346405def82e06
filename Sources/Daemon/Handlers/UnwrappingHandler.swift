package import Envelopes
package import MessageHandling

/// Hands another handler the messages without their envelopes. One that is not in the form that the
/// configuration says is rejected: no other receive would change it.
struct UnwrappingHandler: MessageHandler {
    private let inner: any MessageHandler
    private let envelopes: [Envelope]

    init(_ inner: any MessageHandler, _ envelopes: [Envelope]) {
        self.inner = inner
        self.envelopes = envelopes
    }

    func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        let unwrapped: Message
        do throws(EnvelopeError) {
            unwrapped = try message.unwrapped(envelopes)
        } catch {
            return .reject(reason: "the body \(error)")
        }
        return try await inner.handle(unwrapped, context: context)
    }
}

extension Message {
    /// The message with what is in the envelopes of its body in place of body and attributes.
    /// - Throws: where the body is not in their form.
    package func unwrapped(_ envelopes: [Envelope]) throws(EnvelopeError) -> Message {
        guard !envelopes.isEmpty else { return self }
        let content = try Content(
            body: body, attributes: attributes.mapValues(ContentAttribute.init)
        )
        .unwrapped(envelopes)
        return Message(
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
