package import MessageHandling
package import Settings

/// One POST per message.
package struct HTTPSettings: HandlerKind {
    /// The target as it is written, see `HTTPTarget`.
    package var url = ""
    /// The time from the start of the connection to the end of the answer.
    package var timeout: Duration = .seconds(60)
    package var connectTimeout: Duration = .seconds(5)
    /// Nil = as long as the timeout.
    package var inactivityTimeout: Duration?
    /// The connections that are open to the target at most: not less than the handler's
    /// concurrency.
    package var connections = 50
    /// What the statuses of answers mean.
    package var statuses = StatusPolicy()
    package var contentType = "application/json"
    package var userAgent = "sqs-subscriber"
    /// What the headers of a request may take in all, in bytes. What Tomcat and Jetty take, and
    /// less than nginx, Apache, Node and gunicorn do, each with its defaults.
    package var headersLimit = 8_192
    /// Whether the message of a periodic task is posted to the path that it names, instead of the
    /// target's.
    package var postsToTaskPath = false
    /// The file of the key that requests are signed with; nil = they are not.
    package var signatureKeyFile: String?
    package var certificateAuthorities: String?
    /// Both or neither.
    package var clientCertificate: String?
    package var clientKey: String?
    /// Sent with every request, by their names. None is one that the daemon sends itself.
    package var headers: [String: String] = [:]

    package init() {}

    package static let table = KeyTable<HTTPSettings>(
        "http",
        """
        One POST per message, with its body, and with the headers of the Elastic Beanstalk worker \
        daemon. 2xx = done; 429 and 503 with Retry-After = retry after that; 502, 504 and other \
        503 = the endpoint is down, and nothing is received until it is up; every other = retry. \
        Redirects are not followed.
        """,
        keys: requestKeys + trustKeys + headerKeys)

    /// What the headers of a message without attributes take, to what a message may have in all.
    private static let headersLimits = 1_024...(1 << 20)

    private static let requestKeys: [Key<HTTPSettings>] = [
        Key(
            required: "url", \.url, .httpTarget, example: "http://127.0.0.1:8080/orders",
            """
            Where the body is sent. unix:/run/app.sock:/orders is /orders of the server that \
            listens at that socket. A proxy that http_proxy or https_proxy names in the \
            environment of the daemon is used, as by curl, for what no_proxy does not except: also \
            for localhost.
            """),
        Key(
            "timeout", \.timeout, .duration(.seconds(1)...KeyLimits.lease),
            "From the start of the connection to the end of the answer."),
        Key(
            "connect_timeout", \.connectTimeout, .duration(.milliseconds(10)...KeyLimits.lease),
            "To look up the name, to connect, and for the TLS handshake."),
        Key(
            "inactivity_timeout", \.inactivityTimeout, .duration(.seconds(1)...KeyLimits.lease),
            unset: "as long as timeout", example: "30s",
            "How long the endpoint may send nothing."),
        Key(
            "connections", \.connections, .integer(1...KeyLimits.slots),
            """
            Connections that may be open at once; they are kept and used again. Not less than \
            concurrency, which raises the default.
            """),
        Key(
            "success", \.statuses.success, .choice,
            "Which statuses are done. The Elastic Beanstalk worker daemon takes 200 alone."),
        Key(
            "reject_status", \.statuses.rejected, .integers(400...599),
            "The statuses that reject the message: it is bad and will not get better."),
        Key(
            "error_visibility_timeout", \.statuses.errorDelay,
            .wholeSeconds(.zero...KeyLimits.lease),
            unset: "as [retry] says, else the visibility timeout of the queue",
            example: "2s",
            """
            After how long a message comes back that was answered with an error, unless a 429 or \
            503 names another time in Retry-After, or the endpoint is down. With 0s: at once the \
            first time, then after 1 s, 2 s and so on up to a minute.
            """),
        Key(
            "content_type", \.contentType, .headerValue, "The Content-Type of the request."),
        Key(
            "user_agent", \.userAgent, .headerValue,
            "The User-Agent of the request. That of the worker daemon is aws-sqsd/2.0."),
        Key(
            "headers_limit", \.headersLimit, .size(headersLimits),
            """
            The most that the headers of a request may take in all. Attributes that do not fit are \
            left out, the largest first, and named in X-Sqs-Subscriber-Omitted and the log. \
            Servers take 8 KiB at least, and more if they are told to.
            """),
        Key(
            "task_paths", \.postsToTaskPath, .boolean,
            """
            Whether the message of a periodic task is posted to the path that it names, in place \
            of that of url, as the worker daemon does. Whoever may send to the queue chooses it.
            """),
    ]

    private static let trustKeys: [Key<HTTPSettings>] = [
        Key(
            "signature_key_file", \.signatureKeyFile, .absolutePath,
            unset: "requests are not signed",
            example: "/run/credentials/sqs-subscriber.service/orders-key",
            """
            The file with the key of the X-Sqs-Subscriber-Signature header, t=SECONDS,v1=HEX: the \
            HMAC-SHA256 of SECONDS.MESSAGE_ID. and the body.
            """),
        Key(
            "ca_file", \.certificateAuthorities, .absolutePath,
            unset: "the authorities of the system", example: "/etc/sqs-subscriber/ca.pem",
            "The authorities, in PEM, that may vouch for the endpoint."),
        Key(
            "client_certificate_file", \.clientCertificate, .absolutePath, unset: "none is shown",
            example: "/etc/sqs-subscriber/client.pem",
            "The certificate, in PEM, for endpoints that ask for one. Needs client_key_file."),
        Key(
            "client_key_file", \.clientKey, .absolutePath, unset: "none",
            example: "/run/credentials/sqs-subscriber.service/client-key",
            "The private key, in PEM, of client_certificate_file."),
    ]

    private static let headerKeys: [Key<HTTPSettings>] = [
        Key(
            table: "headers", \.headers, example: ("Authorization", "Bearer 0123456789"),
            about: """
                Headers of every request, besides those that the message gives it. Whoever may \
                read this file may read them; "sqs-subscriber config" hides the values of those \
                whose names say that they are secret.
                """,
            "The value of one header, of printable ASCII; there can be any number of them.",
            check: HeaderRules.problems)
    ]
}

extension HTTPSettings {
    /// A handler with connections of its own, which end with the handler. Its files are read now;
    /// the next reload reads them again.
    package func makeHandler(
        _ identity: HandlerIdentity, _ daemon: HandlerDependencies
    ) -> any Handler {
        do {
            return HTTPHandler(
                self, signature: try signatureKeyFile.map { try MessageSignature(keyFile: $0) },
                transport: try daemon.transport(self))
        } catch {
            return UnavailableHandler("\(error); mend it, then reload")
        }
    }
}

/// What the statuses of answers mean.
package struct StatusPolicy: Sendable, Equatable {
    /// Which statuses are done.
    package enum Success: String, Sendable, CaseIterable {
        case every2xx = "2xx"
        /// The success of the Elastic Beanstalk worker daemon.
        case only200 = "200"
    }

    package var success: Success
    /// Statuses, 400 to 599, that reject the message.
    package var rejected: [Int]
    /// How long it takes a message to come back that was answered with an error, unless the answer
    /// says so itself. `nil`: as the handler's retry settings or the queue say.
    package var errorDelay: Duration?

    package init(
        success: Success = .every2xx, rejected: [Int] = [], errorDelay: Duration? = nil
    ) {
        self.success = success
        self.rejected = rejected
        self.errorDelay = errorDelay
    }
}
