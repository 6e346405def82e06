package import MessageHandling

/// What a body may be wrapped in on its way into the queue.
package enum Envelope: String, Sendable, CaseIterable {
    /// A notification of SNS without raw delivery: the published message and its attributes are in
    /// it. A body that is none stays as it is, so that both kinds of delivery may be mixed.
    case sns
    /// Base64 (RFC 4648, section 4) of a text in UTF-8.
    case base64
    /// Base64 of a text in UTF-8 that was compressed with gzip (RFC 1952).
    case gzip
    /// A pointer to a payload in S3, see ``PayloadPointer``. A body that is none stays as it is.
    case s3

    /// What a compressed body may grow to, in bytes, where nothing else is said. Four times the
    /// largest message: compressed text shrinks to a fifth, a tenth, and few bodies are large; what
    /// grows to more may have been made to fill the memory of all slots.
    package static let defaultLimit = 4 << 20
}

/// Why a body is not what it should be, in words that follow "the body".
package struct EnvelopeError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    /// Whether it is this machine's trouble, and may be another thing the next time.
    let isPassing: Bool

    init(_ description: String, isPassing: Bool = false) {
        self.description = description
        self.isPassing = isPassing
    }
}

/// A message without its envelopes.
package struct Unwrapped: Sendable {
    /// The message with the body and the attributes that were in the envelopes; the attributes of
    /// the message where they had none.
    package let message: Message
    /// What the body is only a pointer to.
    package let payload: Payload?
}

/// A payload that is elsewhere.
package struct Payload: Sendable {
    package let pointer: PayloadPointer
    /// What it is wrapped in itself, the outermost first.
    let envelopes: [Envelope]
}

extension Message {
    /// The message with envelopes taken away, the outermost first. A pointer to a payload in S3
    /// ends it: what comes next is in the payload.
    /// - Parameter limit: what a compressed body may grow to, in bytes.
    /// - Throws: where a body is not what an envelope should be, or what is in it is no UTF-8.
    package func unwrapped(
        _ envelopes: [Envelope], limit: Int = Envelope.defaultLimit
    ) throws(EnvelopeError) -> Unwrapped {
        var message = self
        for (index, envelope) in envelopes.enumerated() {
            if envelope == .s3, let pointer = try message.payloadPointer() {
                let inner = Array(envelopes[(index + 1)...])
                return Unwrapped(
                    message: message, payload: Payload(pointer: pointer, envelopes: inner))
            }
            message = try message.unwrapped(envelope, limit)
        }
        return Unwrapped(message: message, payload: nil)
    }

    private func unwrapped(
        _ envelope: Envelope, _ limit: Int
    ) throws(EnvelopeError) -> Message {
        switch envelope {
        case .s3: return self
        case .sns: return try SNSNotification.content(of: self)
        case .base64: return with(body: try Self.text(try Base64Body.bytes(of: body)))
        case .gzip:
            let bytes = try Base64Body.bytes(of: body)
            return with(body: try Self.text(try Gzip.inflate(bytes, limit: limit)))
        }
    }

    private static func text(_ bytes: [UInt8]) throws(EnvelopeError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw EnvelopeError("holds bytes that are no text in UTF-8")
        }
        return text
    }

    /// The message with another content.
    func with(body: String, attributes: [String: MessageAttribute]? = nil) -> Message {
        Message(
            id: id, receiptHandle: receiptHandle, body: body,
            attributes: attributes ?? self.attributes, system: system, queue: queue)
    }
}
