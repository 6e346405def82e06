import AWS
import HTTP

/// Why S3 did not do what it was asked.
package struct S3Error: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// There is no such object, or no such bucket.
        case missing
        /// The object is larger than what was to be read.
        case tooLarge
        /// There can be no object of that name, or it cannot be read as it is.
        case invalid
        /// The identity may not do this with this object. Of an identity that may not list the
        /// bucket, S3 also says it where there is no object.
        case denied
        /// There are no credentials, or S3 does not accept them for anything.
        case credentials
        /// S3 cannot be reached, or turns requests away, and so do the credentials' sources: no
        /// object can be read at present, whichever.
        case unavailable
        /// An answer that was cut off or took too long, an error of the server: it may work the
        /// next time, and may be this object's.
        case transient
        /// The caller's task was cancelled.
        case cancelled
    }

    package let kind: Kind

    /// Names the object, what is wrong and, where there is something, what to do.
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// Whether the same request may succeed a moment later.
    var mayPass: Bool {
        switch kind {
        case .unavailable, .transient: true
        case .missing, .tooLarge, .invalid, .denied, .credentials, .cancelled: false
        }
    }

    /// What an answer that is not a success says.
    init(_ answer: HTTPResponse, _ operation: S3Operation, _ object: S3Object) {
        let text = String(decoding: answer.body, as: UTF8.self)
        let code = xmlText(of: ["Error", "Code"], in: text) ?? "status \(answer.status)"
        let message =
            xmlText(of: ["Error", "Message"], in: text).map { ": \($0.prefix(200))" } ?? ""
        switch (answer.status, code) {
        case (_, "NoSuchKey"):
            self.init(.missing, "\(object) does not exist (\(code))")
        case (_, "NoSuchBucket"):
            self.init(.missing, "\(object) does not exist: there is no such bucket (\(code))")
        case (_, "InvalidBucketName"), (_, "KeyTooLongError"), (_, "InvalidURI"),
            (_, "InvalidObjectState"):
            self.init(.invalid, "\(object) cannot be read: \(code)\(message)")
        case (_, "InvalidAccessKeyId"), (_, "ExpiredToken"), (_, "InvalidToken"),
            (_, "TokenRefreshRequired"), (_, "SignatureDoesNotMatch"), (_, "RequestTimeTooSkewed"):
            self.init(.credentials, "S3 does not accept the credentials: \(code)\(message)")
        case (401, _), (403, _):
            self.init(
                .denied,
                "S3 refuses \(operation.verb) \(object) (\(code)): allow "
                    + operation.permissions)
        case (502...504, _):
            self.init(.unavailable, "\(operation.verb) \(object) failed: \(code)\(message)")
        default:
            self.init(.transient, "\(operation.verb) \(object) failed: \(code)\(message)")
        }
    }

    init(_ error: TransportError, _ operation: S3Operation, _ object: S3Object) {
        let kind: Kind =
            switch error.kind {
            case .cancelled: .cancelled
            case .tooLarge: .tooLarge
            case .unreachable: .unavailable
            // The host may have the bucket's name in it: that one alone may not be found, or be
            // in no certificate.
            case .unresolved, .tls, .invalidURL, .timeout, .closed, .stale, .malformed: .transient
            }
        self.init(kind, "\(operation.verb) \(object) failed: \(error)")
    }

    init(_ error: CredentialError) {
        let kind: Kind =
            switch error.kind {
            case .unavailable: .unavailable
            case .cancelled: .cancelled
            case .missing, .misconfigured, .refused: .credentials
            }
        self.init(kind, error.description)
    }
}

/// What is done with an object.
enum S3Operation {
    case get
    case delete

    var method: String {
        switch self {
        case .get: "GET"
        case .delete: "DELETE"
        }
    }

    /// The beginning of an error's text.
    var verb: String {
        switch self {
        case .get: "reading"
        case .delete: "deleting"
        }
    }

    /// What its identity has to be allowed.
    var permissions: String {
        switch self {
        case .get:
            "s3:GetObject, and s3:ListBucket to be told when an object does not exist"
        case .delete: "s3:DeleteObject"
        }
    }
}
