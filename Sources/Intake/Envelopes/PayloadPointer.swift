import JSON
package import MessageHandling

/// Where the payload of a message is that the SQS or SNS extended client library put into S3. Then
/// the body is a list of two: `"software.amazon.payloadoffloading.PayloadS3Pointer"` and an object
/// of `s3BucketName` and `s3Key`. Sources: amazon-sqs-java-extended-client-lib,
/// payload-offloading-java-common-lib-for-aws, amazon-sqs-python-extended-client-lib.
package struct PayloadPointer: Sendable, Equatable {
    package let bucket: String
    /// Any text that is not empty.
    package let key: String
    /// The size in bytes that the sender names.
    package let size: Int?

    /// The attributes that the libraries reserve for the payload's size: the present one, and that
    /// of their first versions.
    static let reservedAttributes = ["ExtendedPayloadSize", "SQSLargePayloadSize"]
    /// How the class of the pointer is called. The package before it has changed with the versions.
    static let classNames = [".PayloadS3Pointer", ".MessageS3Pointer"]
}

extension Message {
    /// The pointer that the body is; nil where the body is the payload, which it is without the
    /// attribute that the libraries reserve for their pointers, whatever it looks like.
    /// - Throws: where there is the attribute and no pointer.
    package func payloadPointer() throws(EnvelopeError) -> PayloadPointer? {
        guard !attributes.isEmpty else { return nil }
        let reserved = PayloadPointer.reservedAttributes
        guard let name = reserved.first(where: { attributes[$0] != nil }) else { return nil }
        guard case .list(let items) = try? JSONValue(parsing: body), items.count == 2,
            case .text(let type) = items[0],
            PayloadPointer.classNames.contains(where: { type.hasSuffix($0) }),
            case .text(let bucket) = items[1]["s3BucketName"], !bucket.isEmpty,
            case .text(let key) = items[1]["s3Key"], !key.isEmpty
        else {
            throw EnvelopeError(
                "is no pointer to a payload in S3, which the attribute \(name) says it is")
        }
        let size = attributes[name]?.text.flatMap { Int($0) }
        return PayloadPointer(bucket: bucket, key: key, size: size)
    }

    /// The message with the payload in place of the pointer to it.
    package func replacingPointer(with payload: [UInt8]) throws(EnvelopeError) -> Message {
        guard let body = String(validating: payload, as: UTF8.self) else {
            throw EnvelopeError("points to a payload in S3 that is no text in UTF-8")
        }
        return with(
            body: body,
            attributes: attributes.filter { !PayloadPointer.reservedAttributes.contains($0.key) })
    }
}
