import JSON
package import MessageHandling

/// Where the payload of a message is that an extended client put into S3.
///
/// The forms, and who writes them:
///
/// - a list of the name of a class and an object of `s3BucketName` and `s3Key`, with an attribute
///   for the payload's size: amazon-sqs-java-extended-client-lib, its ports to Python, Node and Go,
///   and its sibling for SNS;
/// - that object alone, its names in any letters, with the same attribute:
///   boto3-sqs-extended-client and other ports, `S3BucketName` and `S3Key` in
///   amazon-sqs-net-extended-client-lib;
/// - an object `S3Payload` of `Bucket` and `Key`: sns-sqs-big-payload;
/// - the attribute `S3MessageBodyKey`, `(BUCKET)KEY`: sqs-extended-client of Node.
package struct PayloadPointer: Sendable, Equatable {
    package let bucket: String
    /// Any text that is not empty.
    package let key: String
    /// The size in bytes that the sender names.
    package let size: Int?

    /// The attributes for the payload's size: the present one, and that of the first versions.
    private static let sizeAttributes = ["ExtendedPayloadSize", "SQSLargePayloadSize"]
    private static let placeAttribute = "S3MessageBodyKey"
    /// What none of the clients leaves on a message that it hands on.
    static let reservedAttributes = Set(sizeAttributes + [placeAttribute])
    /// How the class of the pointer is called. The package before it has changed with the versions.
    private static let classNames = [".PayloadS3Pointer", ".MessageS3Pointer"]
    /// No object `S3Payload` is larger: a key has 1,024 bytes at most, which is in it three times,
    /// once as part of a URL.
    private static let maximumSize = 8_192

    /// Nil where an object has no such place.
    private init?(
        _ object: JSONValue, bucket: String = "s3bucketname", key: String = "s3key",
        size: Int? = nil
    ) {
        guard case .object(let members) = object else { return nil }
        let texts = [bucket, key].map { name in
            members.first { $0.name.lowercased() == name }?.value.asText ?? ""
        }
        self.init(bucket: texts[0], key: texts[1], size: size)
    }

    private init?(bucket: String, key: String, size: Int?) {
        guard !bucket.isEmpty, !key.isEmpty else { return nil }
        (self.bucket, self.key, self.size) = (bucket, key, size)
    }

    /// The place in an attribute; nil where there is no such attribute.
    fileprivate static func inPlaceAttribute(
        of message: Message
    ) throws(EnvelopeError) -> PayloadPointer? {
        guard let text = message.attributes[placeAttribute]?.text else { return nil }
        let parts = text.dropFirst().split(
            separator: ")", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.first == "(", parts.count == 2,
            let pointer = PayloadPointer(bucket: String(parts[0]), key: String(parts[1]), size: nil)
        else {
            throw EnvelopeError("has an attribute \(placeAttribute) that is not (BUCKET)KEY")
        }
        return pointer
    }

    /// The place in the body of a message that has an attribute for the size.
    fileprivate static func withSize(
        of message: Message
    ) throws(EnvelopeError) -> PayloadPointer? {
        guard let name = sizeAttributes.first(where: { message.attributes[$0] != nil }) else {
            return nil
        }
        let document = try? JSONValue(parsing: message.body)
        var object = document
        if case .list(let items) = document, items.count == 2, case .text(let type) = items[0],
            classNames.contains(where: { type.hasSuffix($0) })
        {
            object = items[1]
        }
        let size = message.attributes[name]?.text.flatMap { Int($0) }
        guard let pointer = object.flatMap({ PayloadPointer($0, size: size) }) else {
            throw EnvelopeError(
                """
                is no pointer to a payload in S3, which the attribute \(name) says it is: \
                ["software.amazon.payloadoffloading.PayloadS3Pointer",\
                {"s3BucketName":"BUCKET","s3Key":"KEY"}] or that object alone
                """)
        }
        return pointer
    }

    /// The place in a body that has nothing but it.
    fileprivate static func inBody(_ body: String) -> PayloadPointer? {
        guard body.utf8.count <= maximumSize, body.contains("\"S3Payload\""),
            case .object(let members) = try? JSONValue(parsing: body), members.count == 1,
            members[0].name == "S3Payload"
        else { return nil }
        return PayloadPointer(members[0].value, bucket: "bucket", key: "key")
    }
}

extension Message {
    /// The pointer that the message is; nil where the body is the payload.
    /// - Throws: where there is an attribute of a pointer and no pointer.
    package func payloadPointer() throws(EnvelopeError) -> PayloadPointer? {
        if !attributes.isEmpty {
            if let pointer = try PayloadPointer.inPlaceAttribute(of: self) { return pointer }
            if let pointer = try PayloadPointer.withSize(of: self) { return pointer }
        }
        return PayloadPointer.inBody(body)
    }

    /// The message without what marks it as a pointer.
    var withoutPointer: Message {
        with(
            body: body,
            attributes: attributes.filter { !PayloadPointer.reservedAttributes.contains($0.key) })
    }
}
