package import AWS
import HTTP

/// An object of Amazon S3, by its names.
package struct S3Object: Sendable, Hashable, CustomStringConvertible {
    let bucket: String
    /// Any text of 1 to 1,024 bytes of UTF-8.
    let key: String

    /// The address as the AWS tools write it.
    package var description: String { "s3://\(bucket)/\(key)" }

    /// The lengths of "Object key naming guidelines" and, for the buckets of before 2018, "General
    /// purpose bucket naming rules", S3 User Guide.
    private static let keyLengths = 1...1_024
    private static let bucketLengths = 3...255
    /// What a label of a host name may have.
    private static let labelMaximum = 63

    /// - Throws: where they cannot be names of S3. A name comes from a message, and part of the URL
    ///   must not become what its sender likes.
    package init(bucket: String, key: String) throws(S3Error) {
        guard Self.bucketLengths.contains(bucket.utf8.count),
            bucket.utf8.allSatisfy({ isUnreserved($0) && $0 != UInt8(ascii: "~") }),
            bucket.utf8.contains(where: { $0 != UInt8(ascii: ".") })
        else { throw S3Error(.invalid, "\"\(bucket.prefix(100))\" is no name of a bucket") }
        guard Self.keyLengths.contains(key.utf8.count) else {
            throw S3Error(
                .invalid,
                "the key of the object in \(bucket) has \(key.utf8.count) bytes, not "
                    + "1 to 1024")
        }
        self.bucket = bucket
        self.key = key
    }

    /// The object's URL: below a configured endpoint by its path, as servers that are compatible
    /// with S3 all understand it; else by the host of its bucket, except where certificates do not
    /// cover that name.
    package func url(at endpoint: Endpoint) -> String {
        var path: [UInt8] = []
        path.appendEncoded(key.utf8) { isUnreserved($0) || $0 == UInt8(ascii: "/") }
        let encoded = String(decoding: path, as: UTF8.self)
        guard !endpoint.isConfigured, isLabel, let parts = URLParts(endpoint.url) else {
            return "\(endpoint.url)/\(bucket)/\(encoded)"
        }
        return "\(parts.scheme)://\(bucket).\(parts.hostField)/\(encoded)"
    }

    private var isLabel: Bool {
        bucket.utf8.count <= Self.labelMaximum && Region.isValid(bucket)
            && bucket.utf8.allSatisfy { !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}
