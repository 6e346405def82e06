import FoundationEssentials

/// A body in base64, with or without line ends, as encoders write it.
enum Base64Body {
    static func bytes(of body: String) throws(EnvelopeError) -> [UInt8] {
        let text = body.utf8.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 }
        guard let data = Data(base64Encoded: Data(text)) else {
            throw EnvelopeError("is not base64")
        }
        return Array(data)
    }
}
