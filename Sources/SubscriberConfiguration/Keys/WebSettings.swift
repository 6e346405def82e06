import Settings

/// Where the page is: the table `[web]`.
package struct WebSettings: KeyedSettings, Equatable {
    /// A place as ``ListenPlace`` reads it; nil for none.
    package var listen: String?
    package var allowsRemote = false
    package var allowsActions = false

    package init() {}

    static let table = KeyTable<WebSettings>(
        "web", "A page for browsers that shows what the daemon does.",
        keys: [
            Key(
                "listen", \.listen, .listenPlace, unset: "nowhere", example: "127.0.0.1:9326",
                """
                Where the page is served. Everyone who reaches it can read names of queues and \
                handlers, ids of messages, and what handlers said of failures. While it is open, \
                and once a minute otherwise, SQS is asked how much waits. Takes effect with a \
                restart.
                """),
            Key(
                "allow_remote", \.allowsRemote, .boolean,
                "Listen at an address that other machines reach, too."),
            Key(
                "actions", \.allowsActions, .boolean,
                """
                Buttons that pause and resume queues, and put dead letters back. Whoever reaches \
                the page may press them.
                """),
        ])
}
