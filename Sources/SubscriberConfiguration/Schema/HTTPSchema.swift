extension Schema {
    /// The keys of `[http]`.
    static let httpKeys = httpRequestKeys + httpTrustKeys + httpHeaderKeys

    private static let httpHeaderKeys = [
        SchemaKey(
            "http.headers.*", .anyText, .unset("not sent"), example: .text("Bearer 0123456789"),
            "The value of one header, of printable ASCII; there can be any number of them.")
    ]

    private static let httpRequestKeys = [
        SchemaKey(
            "http.url", .httpTarget, .required,
            example: .text("http://127.0.0.1:8080/orders"),
            """
            Where the body is sent. unix:/run/app.sock:/orders is /orders of the server that \
            listens at that socket.
            """),
        SchemaKey(
            "http.timeout", .duration(.seconds(1)...Limits.lease),
            .value(.duration(.seconds(60))),
            "From the start of the connection to the end of the answer."),
        SchemaKey(
            "http.connect_timeout", .duration(.milliseconds(10)...Limits.lease),
            .value(.duration(.seconds(5))),
            "To look up the name, to connect, and for the TLS handshake."),
        SchemaKey(
            "http.inactivity_timeout", .duration(.seconds(1)...Limits.lease),
            .unset("as long as timeout"), example: .duration(.seconds(30)),
            "How long the endpoint may send nothing."),
        SchemaKey(
            "http.connections", .integer(1...Limits.slots), .value(.integer(50)),
            """
            Connections that may be open at once; they are kept and used again. Not less than \
            concurrency, which raises the default.
            """),
        SchemaKey(
            "http.success", .choice(["2xx", "200"]), .value(.text("2xx")),
            "Which statuses are done. The Elastic Beanstalk worker daemon takes 200 alone."),
        SchemaKey(
            "http.reject_status", .integers(400...599), .value(.integers([])),
            "The statuses that reject the message: it is bad and will not get better."),
        SchemaKey(
            "http.error_visibility_timeout", .wholeSeconds(.zero...Limits.lease),
            .unset("as [retry] says, else the visibility timeout of the queue"),
            example: .duration(.seconds(2)),
            """
            After how long a message comes back that was answered with an error, unless a 429 or \
            503 names another time in Retry-After, or the endpoint is down. With 0s: at once the \
            first time, then after 1 s, 2 s and so on up to a minute.
            """),
        SchemaKey(
            "http.content_type", .headerValue, .value(.text("application/json")),
            "The Content-Type of the request."),
        SchemaKey(
            "http.user_agent", .headerValue, .value(.text("sqs-subscriber")),
            "The User-Agent of the request. That of the worker daemon is aws-sqsd/2.0."),
        SchemaKey(
            "http.task_paths", .boolean, .value(.boolean(false)),
            """
            Whether the message of a periodic task is posted to the path that it names, in place \
            of that of url, as the worker daemon does. Whoever may send to the queue chooses it.
            """),
    ]

    private static let httpTrustKeys = [
        SchemaKey(
            "http.signature_key_file", .absolutePath, .unset("requests are not signed"),
            example: .text("/run/credentials/sqs-subscriber.service/orders-key"),
            """
            The file with the key of the X-Sqs-Subscriber-Signature header, t=SECONDS,v1=HEX: the \
            HMAC-SHA256 of SECONDS.MESSAGE_ID. and the body.
            """),
        SchemaKey(
            "http.ca_file", .absolutePath, .unset("the authorities of the system"),
            example: .text("/etc/sqs-subscriber/ca.pem"),
            "The authorities, in PEM, that may vouch for the endpoint."),
        SchemaKey(
            "http.client_certificate_file", .absolutePath, .unset("none is shown"),
            example: .text("/etc/sqs-subscriber/client.pem"),
            "The certificate, in PEM, for endpoints that ask for one. Needs client_key_file."),
        SchemaKey(
            "http.client_key_file", .absolutePath, .unset("none"),
            example: .text("/run/credentials/sqs-subscriber.service/client-key"),
            "The private key, in PEM, of client_certificate_file."),
    ]
}
