import NIOSSL

/// What TLS failed of, as a sentence for an operator instead of BoringSSL's codes and build paths.
struct TLSTrouble: CustomStringConvertible {
    let description: String

    init(_ error: any Error, authorities: String?) {
        switch error {
        case let error as NIOSSLError: description = Self.text(error, authorities)
        case let error as BoringSSLError: description = Self.text(error, authorities)
        case let error as NIOSSLExtraError: description = Self.text(error)
        case is ServerIdentity.Mismatch: description = Self.otherName
        default: description = "TLS failed: \(error)"
        }
    }

    /// Whether TLS itself is what failed. A connection that ended without the end of TLS was cut.
    static func isCause(of error: any Error) -> Bool {
        guard let error = error as? NIOSSLError else {
            return error is BoringSSLError || error is NIOSSLExtraError
                || error is ServerIdentity.Mismatch
        }
        return error != .uncleanShutdown
    }

    private static let otherName = "the server's certificate is for another name"
    static let cut = "the server ended the connection in the TLS handshake"

    private static func text(_ error: NIOSSLError, _ authorities: String?) -> String {
        switch error {
        case .handshakeFailed(let error), .shutdownFailed(let error):
            text(error, authorities)
        case .noSuchFilesystemObject, .failedToLoadCertificate:
            unreadable(authorities)
        case .noCertificateToValidate, .unableToValidateCertificate:
            "the server shows no certificate that can be verified"
        case .uncleanShutdown:
            "the connection ended without the end of TLS"
        default:
            "TLS failed: \(error)"
        }
    }

    private static func text(_ error: NIOSSLExtraError) -> String {
        switch error {
        case .failedToValidateHostname, .serverHostnameImpossibleToMatch:
            otherName
        case .invalidSNIHostname, .cannotUseIPAddressInSNI:
            "no certificate can be for a name like this"
        default:
            "TLS failed: \(error)"
        }
    }

    private static func text(_ error: BoringSSLError, _ authorities: String?) -> String {
        switch error {
        case .sslError(let stack), .invalidSNIName(let stack), .failedToSetALPN(let stack):
            // The first entry is the cause, later ones say what failed because of it.
            stack.first.map { text(reason: reason($0)) } ?? "TLS failed without a reason"
        case .unknownError:
            // The only place where NIO throws it, beside what cannot fail.
            unreadable(authorities)
        case .zeroReturn, .syscallError:
            cut
        default:
            "TLS failed: \(error)"
        }
    }

    private static func unreadable(_ authorities: String?) -> String {
        let store = authorities.map { "'\($0)'" } ?? "the system's store"
        return "\(store) has no certificate authorities in PEM, or cannot be read"
    }

    /// `CERTIFICATE_VERIFY_FAILED` of
    /// `Error: 268435581 error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at
    /// FILE:LINE`; where it is not like this, the whole.
    private static func reason(_ error: BoringSSLInternalError) -> String {
        if error == .eofDuringHandshake { return "EOF" }
        let text = error.description
        guard let marker = text.firstRange(of: ":OPENSSL_internal:") else { return text }
        return String(text[marker.upperBound...].prefix { $0 != " " })
    }

    private static func text(reason: String) -> String {
        if let text = reasons[reason] { return text }
        // A certificate that is missing, unknown, expired: the server names it in its alert.
        for prefix in ["TLSV1_ALERT_", "SSLV3_ALERT_", "TLSV1_"] where reason.hasPrefix(prefix) {
            let alert = words(reason.dropFirst(prefix.count))
            if alert.contains("certificate") || ["access denied", "unknown ca"].contains(alert) {
                return "the server does not accept the client's certificate, or the lack of one"
                    + " (\(alert))"
            }
            return "the server refused the TLS handshake (\(alert))"
        }
        return "TLS failed: \(words(reason[...]))"
    }

    private static func words(_ name: Substring) -> String {
        String(name.lowercased().map { $0 == "_" ? " " : $0 })
    }

    private static let noTLS =
        "what answers there does not speak TLS: the URL may have to begin with http://"

    private static let reasons = [
        "CERTIFICATE_VERIFY_FAILED": """
        the server's certificate is not trusted: no authority that is trusted here vouches for \
        it, or it has expired, or is not valid yet
        """,
        "EOF": cut,
        "WRONG_VERSION_NUMBER": noTLS,
        "HTTP_REQUEST": noTLS,
        "HTTPS_PROXY_REQUEST": noTLS,
        "UNSUPPORTED_PROTOCOL": "the server speaks no TLS from version 1.2 on",
        "TLSV1_ALERT_PROTOCOL_VERSION": "the server speaks no TLS from version 1.2 on",
        "TLSV1_ALERT_UNRECOGNIZED_NAME": "the server has no certificate for this name",
        "TLSV1_UNRECOGNIZED_NAME": "the server has no certificate for this name",
    ]
}
