import Crypto
package import FoundationEssentials
package import HTTP

/// Signs requests with AWS Signature Version 4, in header fields.
///
/// A value: the same request, credentials and date give the same signature. It reads no clock and
/// opens nothing. The signing key of the day is kept between requests (see ``SigningKeyCache``);
/// copies of a signer share it.
///
/// Signed is every field that is there, but for those a proxy or a client may change on the way,
/// such as `User-Agent`. Fields added after signing are not covered.
///
/// Source: "Create a signed AWS API request", IAM User Guide.
package struct SigV4Signer: Sendable {
    /// The service's signing name: `sqs`, `sts`.
    let service: String
    let region: String
    /// Whether `.`, `..` and empty segments of the path are resolved before signing, as services
    /// other than S3 do on their side.
    package var normalizesPath = true
    /// Whether the path is percent-encoded once more before signing, as services other than S3 do
    /// on their side.
    var encodesPathTwice = true
    /// Whether the session token is part of what is signed. A few services (IoT) want it added
    /// after.
    package var signsSessionToken = true
    /// Whether the body's hash is also sent, as `X-Amz-Content-SHA256`.
    package var sendsBodyHash = false

    private let keys = SigningKeyCache()

    package init(service: String, region: String) {
        self.service = service
        self.region = region
    }

    /// A signer for Amazon S3, whose keys may be any path, and which wants to know the body's hash.
    package static func s3(region: String) -> SigV4Signer {
        var signer = SigV4Signer(service: "s3", region: region)
        signer.normalizesPath = false
        signer.encodesPathTwice = false
        signer.sendsBodyHash = true
        return signer
    }

    /// Adds `X-Amz-Date`, `Authorization` and, where there is one, `X-Amz-Security-Token`.
    ///
    /// A request signed before is signed anew: the old fields are replaced. Without a `Host` field
    /// the host of the URL is signed, as HTTP clients send it: in lower case, the port where it is
    /// not the scheme's own.
    package func sign(_ request: inout HTTPRequest, with credentials: Credentials, at date: Date) {
        let moment = SigningMoment(date)
        let bodyHash = String(hexadecimal: sha256(request.body))
        request.headers["Authorization"] = nil
        request.headers["X-Amz-Date"] = moment.timestamp
        request.headers["X-Amz-Security-Token"] =
            signsSessionToken ? credentials.sessionToken : nil
        if sendsBodyHash { request.headers["X-Amz-Content-SHA256"] = bodyHash }

        let canonical = CanonicalRequest(
            request, bodyHash: bodyHash, normalizesPath: normalizesPath,
            encodesPath: encodesPathTwice)
        let scope = "\(moment.day)/\(region)/\(service)/aws4_request"
        let signature = String(
            hexadecimal:
                keys.signature(
                    of: stringToSign(canonical, at: moment, scope: scope), day: moment.day,
                    secret: credentials.secretAccessKey, region: region, service: service))
        request.headers["Authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(canonical.signedFields), Signature=\(signature)"
        if !signsSessionToken {
            request.headers["X-Amz-Security-Token"] = credentials.sessionToken
        }
    }

    private func stringToSign(
        _ canonical: CanonicalRequest, at moment: SigningMoment, scope: String
    ) -> [UInt8] {
        let hash = String(hexadecimal: sha256(canonical.bytes))
        return Array("AWS4-HMAC-SHA256\n\(moment.timestamp)\n\(scope)\n\(hash)".utf8)
    }
}

private func sha256(_ bytes: [UInt8]) -> SHA256Digest {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return hash.finalize()
}
