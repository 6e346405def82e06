import Crypto
package import FoundationEssentials
package import HTTP

/// Signs requests with AWS Signature Version 4, in header fields.
///
/// A value: the same request, credentials and date give the same signature. It reads no clock and
/// opens nothing. The signing key of the day is kept between requests (see ``SigningKeyCache``),
/// and so is what requests have in common that differ in their body alone; copies of a signer share
/// both.
///
/// Signed is every field that is there, but for those a proxy or a client may change on the way,
/// such as `User-Agent`. Fields added after signing are not covered.
///
/// Source: "Create a signed AWS API request", IAM User Guide.
package struct SigV4Signer: Sendable {
    /// The service's signing name: `sqs`, `sts`.
    let service: String
    let region: String
    /// How the path is signed.
    package struct PathRules: Sendable, Equatable {
        /// Whether `.`, `..` and empty segments are resolved before signing, as services other than
        /// S3 do on their side.
        package var normalizes = true
        /// Whether it is percent-encoded once more before signing, as services other than S3 do on
        /// their side.
        var encodesTwice = true
    }

    package var path = PathRules()
    /// Whether the session token is part of what is signed. A few services (IoT) want it added
    /// after.
    package var signsSessionToken = true
    /// Whether the body's hash is also sent, as `X-Amz-Content-SHA256`.
    package var sendsBodyHash = false

    static let algorithm = "AWS4-HMAC-SHA256"
    static let dateField = "X-Amz-Date"
    static let tokenField = "X-Amz-Security-Token"
    static let authorizationField = "Authorization"

    private let keys = SigningKeyCache()
    private let prepared = PreparedSignatures()

    package init(service: String, region: String) {
        self.service = service
        self.region = region
    }

    /// A signer for Amazon S3, whose keys may be any path, and which wants to know the body's hash.
    package static func s3(region: String) -> SigV4Signer {
        var signer = SigV4Signer(service: "s3", region: region)
        signer.path = PathRules(normalizes: false, encodesTwice: false)
        signer.sendsBodyHash = true
        return signer
    }

    /// Adds `X-Amz-Date`, `Authorization` and, where there is one, `X-Amz-Security-Token`.
    ///
    /// A request signed before is signed anew: the old fields are replaced. Without a `Host` field
    /// the host of the URL is signed, as HTTP clients send it: in lower case, the port where it is
    /// not the scheme's own.
    package func sign(_ request: inout HTTPRequest, with credentials: Credentials, at date: Date) {
        let moment = prepared.moment(date)
        if let signature = preparedSignature(of: request, credentials, day: moment.day) {
            request.headers = signature.fields(for: request.body, at: moment.timestamp)
            return
        }
        let bodyHash = String(hexadecimal: sha256(request.body))
        request.headers[Self.authorizationField] = nil
        request.headers[Self.dateField] = moment.timestamp
        request.headers[Self.tokenField] = signsSessionToken ? credentials.sessionToken : nil
        if sendsBodyHash { request.headers["X-Amz-Content-SHA256"] = bodyHash }

        let canonical = CanonicalRequest(
            request, bodyHash: bodyHash, normalizesPath: path.normalizes,
            encodesPath: path.encodesTwice)
        let scope = scope(day: moment.day)
        var code = keyed(credentials, day: moment.day)
        code.update(data: stringToSign(canonical, at: moment, scope: scope))
        request.headers[Self.authorizationField] =
            authorization(credentials, scope: scope, fields: canonical.signedFields)
            + String(hexadecimal: code.finalize())
        if !signsSessionToken { request.headers[Self.tokenField] = credentials.sessionToken }
    }

    /// Nil for requests that are not repeated, or signed in another way.
    private func preparedSignature(
        of request: HTTPRequest, _ credentials: Credentials, day: String
    ) -> PreparedSignature? {
        guard signsSessionToken, !sendsBodyHash else { return nil }
        return prepared.find(request, credentials, day: day, path) {
            PreparedSignature(
                request, self, credentials, day: day, keyed: keyed(credentials, day: day))
        }
    }

    private func keyed(_ credentials: Credentials, day: String) -> HMAC<SHA256> {
        keys.keyed(
            day: day, secret: credentials.secretAccessKey, region: region, service: service)
    }

    func scope(day: String) -> String { "\(day)/\(region)/\(service)/aws4_request" }

    /// The field without the signature itself.
    func authorization(_ credentials: Credentials, scope: String, fields: String) -> String {
        "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(fields), Signature="
    }

    private func stringToSign(
        _ canonical: CanonicalRequest, at moment: SigningMoment, scope: String
    ) -> [UInt8] {
        let hash = String(hexadecimal: sha256(canonical.bytes))
        return Array("\(Self.algorithm)\n\(moment.timestamp)\n\(scope)\n\(hash)".utf8)
    }
}

func sha256(_ bytes: [UInt8]) -> SHA256Digest {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return hash.finalize()
}
