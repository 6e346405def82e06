import Settings

/// Where Prometheus reads metrics: the table `[metrics]`.
package struct MetricsSettings: KeyedSettings, Equatable {
    /// A place as ``ListenPlace`` reads it; nil for none.
    package var listen: String?
    package var allowsRemote = false

    package init() {}

    static let table = KeyTable<MetricsSettings>(
        "metrics", "Metrics for Prometheus. The control socket has them too, at /metrics.",
        keys: [
            Key(
                "listen", \.listen, .listenPlace, unset: "nowhere", example: "127.0.0.1:9325",
                """
                Where /metrics and /healthz are served. Everyone who reaches it can read names of \
                queues and handlers, and counts; no message. Takes effect with a restart.
                """),
            Key(
                "allow_remote", \.allowsRemote, .boolean,
                "Listen at an address that other machines reach, too."),
        ])
}
