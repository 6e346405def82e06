import Settings

/// Where the page is: the table `[web]`.
package struct WebSettings: KeyedSettings, Equatable {
    /// A place as ``ListenPlace`` reads it; nil for none.
    package var listen: String?
    package var allowsRemote = false
    package var hosts: [String] = []
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
                "hosts", \.hosts, .hostNames,
                empty: "localhost and, with allow_remote, addresses and the machine's name",
                example: ["ops.example.com"],
                """
                More names by which browsers reach the page, as those of a proxy before it. It \
                answers under no other, or a site whose name leads here could use it.
                """),
            Key(
                "actions", \.allowsActions, .boolean,
                """
                Buttons that pause and resume queues, and put dead letters back. Whoever reaches \
                the page may press them.
                """),
        ])
}

extension ValueType where Value == [String] {
    /// Names of hosts; in a variable, with commas between them.
    fileprivate static let hostNames = ValueType(
        allowed: "names without a port, such as [\"ops.example.com\"]",
        write: { .list($0.map { .text($0) }) },
        node: { (text) throws(Rejection) in
            .list(text.split(separator: ",").map { .text(String($0)) })
        }
    ) { node throws(Rejection) in
        guard case .list(let items) = node else { throw .wrongType(node) }
        var names: [String] = []
        for item in items {
            guard case .text(let name) = item else { throw .wrongType(item, inList: true) }
            guard !name.isEmpty, !name.contains(where: { "/:@ ".contains($0) }) else {
                throw Rejection("\(item.quoted) is not the name of a host")
            }
            names.append(name)
        }
        return names
    }
}
