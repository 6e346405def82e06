package import MessageHandling

/// What a body may be wrapped in on its way into the queue.
package enum Envelope: String, Sendable, CaseIterable {
    /// A notification of SNS without raw delivery: the published message and its attributes are in
    /// it. A body that is none stays as it is, so that both kinds of delivery may be mixed.
    case sns
    /// Base64 (RFC 4648) of a text in UTF-8, compressed or not. A body that is none stays as it is.
    case base64
    /// Base64 of a text in UTF-8 that was compressed with gzip (RFC 1952) or zlib (RFC 1950), or
    /// with deflate (RFC 1951) where its attribute `Content-Encoding` says so. A body that is none
    /// stays as it is.
    case gzip
    /// A pointer to a payload in S3, see ``PayloadPointer``. A body that is none stays as it is.
    case s3

    /// What a compressed body may grow to, in bytes, where nothing else is said. Four times the
    /// largest message: compressed text shrinks to a fifth, a tenth, and few bodies are large; what
    /// grows to more may have been made to fill the memory of all slots.
    package static let defaultLimit = 4 << 20
}

/// Why a body cannot be read, in words that follow "the body".
package struct EnvelopeError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    /// Whether it is this machine's trouble, and may be another thing the next time.
    let isPassing: Bool
    /// Whether the words name the option that would let the body through.
    private let namesOption: Bool

    init(_ description: String, isPassing: Bool = false, namesOption: Bool = false) {
        self.description = description
        self.isPassing = isPassing
        self.namesOption = namesOption
    }

    /// This error with the option that would let the body through.
    func naming(_ envelope: Envelope) -> EnvelopeError {
        guard !isPassing, !namesOption else { return self }
        return EnvelopeError(
            "\(description); without \"\(envelope.rawValue)\" in unwrap it is handed over as it is",
            namesOption: true)
    }

    /// This error about a payload that the body points to.
    var ofPayload: EnvelopeError {
        EnvelopeError(
            "points to a payload in S3 that \(description)", isPassing: isPassing,
            namesOption: namesOption)
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
    /// - Throws: where a body is in the form of an envelope and cannot be read.
    package func unwrapped(
        _ envelopes: [Envelope], limit: Int = Envelope.defaultLimit
    ) throws(EnvelopeError) -> Unwrapped {
        var unwrapping = Unwrapping(self, limit: limit)
        for (index, envelope) in envelopes.enumerated() {
            do throws(EnvelopeError) {
                if envelope == .s3 {
                    let message = try unwrapping.content()
                    if let pointer = try message.payloadPointer() {
                        let inner = Array(envelopes[(index + 1)...])
                        return Unwrapped(
                            message: message, payload: Payload(pointer: pointer, envelopes: inner))
                    }
                }
                try unwrapping.take(envelope)
                if index == envelopes.indices.last { _ = try unwrapping.content() }
            } catch {
                throw error.naming(envelope)
            }
        }
        return Unwrapped(message: try unwrapping.content(), payload: nil)
    }

    /// The message with the payload that it points to, without the envelopes that are around it.
    package func unwrapped(
        _ payload: Payload, holding bytes: [UInt8], limit: Int = Envelope.defaultLimit
    ) throws(EnvelopeError) -> Message {
        var unwrapping = Unwrapping(withoutPointer, bytes: bytes, limit: limit)
        var last = Envelope.s3
        do throws(EnvelopeError) {
            for envelope in payload.envelopes {
                last = envelope
                try unwrapping.take(envelope)
            }
            return try unwrapping.content()
        } catch {
            throw error.ofPayload.naming(last)
        }
    }

    /// The message with another content.
    func with(body: String, attributes: [String: MessageAttribute]? = nil) -> Message {
        Message(
            id: id, receiptHandle: receiptHandle, body: body,
            attributes: attributes ?? self.attributes, system: system, queue: queue)
    }
}
