/// What every answer of the page says of itself.
package enum PageHeaders {
    /// The page loads what this server has and nothing else, runs no script that is written in it,
    /// is shown in no other page, sends its forms nowhere else, and makes no HTML of text.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ].joined(separator: "; ")

    package static let all: [(name: String, value: String)] = [
        (name: "Content-Security-Policy", value: policy),
        (name: "X-Content-Type-Options", value: "nosniff"),
        // With less a browser does not tell the server of a form where it was sent from.
        (name: "Referrer-Policy", value: "same-origin"),
        (name: "Cross-Origin-Resource-Policy", value: "same-origin"),
        (name: "Cache-Control", value: "no-store"),
    ]
}
