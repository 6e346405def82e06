import MessageHandling

/// A message on its way out of its envelopes, the outermost first.
///
/// What is not in the form of an envelope stays as it is, since a queue may hold both: that of
/// senders who compress what is large alone, for one. What is in its form, or said to be, and
/// cannot be read is refused.
struct Unwrapping {
    private var message: Message
    /// What is in place of the body, as long as it is no text.
    private var bytes: [UInt8]?
    private let limit: Int

    /// - Parameters:
    ///   - bytes: what is in place of the body.
    ///   - limit: what a compressed body may grow to, in bytes.
    init(_ message: Message, bytes: [UInt8]? = nil, limit: Int) {
        self.message = message
        self.bytes = bytes
        self.limit = limit
    }

    /// The message as far as it was unwrapped.
    ///
    /// Bytes that are no text, and compressed by the look of them, are inflated: nothing else could
    /// become of them.
    mutating func content() throws(EnvelopeError) -> Message {
        guard let content = bytes else { return message }
        bytes = nil
        if let text = String(validating: content, as: UTF8.self) {
            message = message.with(body: text)
        } else if let form = CompressedForm(of: content) {
            message = message.with(body: try text(try form.inflate(content, limit: limit)))
        } else {
            message = message.with(body: try text(content))
        }
        return message
    }

    mutating func take(_ envelope: Envelope) throws(EnvelopeError) {
        switch envelope {
        case .s3: break
        case .sns: message = try SNSNotification.content(of: content())
        case .base64: try takeBase64()
        case .gzip: try takeCompression()
        }
    }

    private mutating func takeBase64() throws(EnvelopeError) {
        let encoding = ContentEncoding(of: message)
        if encoding?.isPlain == true { return }
        let body = try content().body
        bytes = Base64Body.bytes(of: body)
        if bytes == nil, encoding?.isBase64 == true { throw Self.notBase64 }
    }

    private mutating func takeCompression() throws(EnvelopeError) {
        let encoding = ContentEncoding(of: message)
        if encoding?.isPlain == true { return }
        if let foreign = encoding?.foreign {
            throw EnvelopeError("is compressed with \(foreign), not with gzip, zlib or deflate")
        }
        let isExpected = encoding?.isCompressed == true
        guard let compressed = try compressedBytes() else {
            if isExpected { throw Self.notBase64 }
            return
        }
        let form = CompressedForm(of: compressed, isExpected: isExpected)
        guard let form = form ?? (isExpected ? .deflate : nil) else { return }
        bytes = try form.inflate(compressed, limit: limit)
    }

    /// What may be compressed; nil for a text that is no base64.
    private mutating func compressedBytes() throws(EnvelopeError) -> [UInt8]? {
        if let bytes, String(validating: bytes, as: UTF8.self) == nil { return bytes }
        return Base64Body.bytes(of: try content().body)
    }

    private static let notBase64 = EnvelopeError(
        "is not base64, which its attribute Content-Encoding says it is")

    private func text(_ bytes: [UInt8]) throws(EnvelopeError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw EnvelopeError("holds bytes that are no text in UTF-8")
        }
        return text
    }
}
