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
}

/// Why a body is not what it should be, in words that follow "the body".
package struct EnvelopeError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A body and what came with it, without its envelopes.
package struct Content: Sendable, Equatable {
    package let body: String
    /// The attributes that were in the envelope; those of the message where it had none.
    package let attributes: [String: ContentAttribute]

    package init(body: String, attributes: [String: ContentAttribute] = [:]) {
        self.body = body
        self.attributes = attributes
    }

    /// Four times the largest message: compressed text shrinks to a fifth, a tenth, and few bodies
    /// are large; what grows to more may have been made to fill the memory of all slots.
    package static let defaultLimit = 4 << 20

    /// The content with envelopes taken away, the outermost first. A pointer to a payload in S3
    /// ends it: what comes next is in the payload.
    /// - Parameter limit: what a compressed body may grow to, in bytes.
    /// - Throws: where a body is not what an envelope should be, or what is in it is no UTF-8.
    package func unwrapped(
        _ envelopes: [Envelope], limit: Int = Content.defaultLimit
    ) throws(EnvelopeError) -> Content {
        var content = self
        for envelope in envelopes {
            if envelope == .s3, try content.payloadPointer() != nil { break }
            content = try content.unwrapped(envelope, limit)
        }
        return content
    }

    private func unwrapped(
        _ envelope: Envelope, _ limit: Int
    ) throws(EnvelopeError) -> Content {
        switch envelope {
        case .s3: return self
        case .sns: return try SNSNotification.content(of: self)
        case .base64: return with(try Self.text(try Base64Body.bytes(of: body)))
        case .gzip:
            let bytes = try Base64Body.bytes(of: body)
            return with(try Self.text(try Gzip.inflate(bytes, limit: limit)))
        }
    }

    private func with(_ body: String) -> Content { Content(body: body, attributes: attributes) }

    private static func text(_ bytes: [UInt8]) throws(EnvelopeError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw EnvelopeError("holds bytes that are no text in UTF-8")
        }
        return text
    }
}

/// A message attribute in an envelope.
package struct ContentAttribute: Sendable, Equatable {
    /// `String`, `Number` or `Binary`, with a suffix after a dot where the sender set one.
    package let dataType: String
    package let value: Value

    package enum Value: Sendable, Equatable {
        case text(String)
        case binary([UInt8])
    }

    package init(dataType: String, value: Value) {
        self.dataType = dataType
        self.value = value
    }
}
