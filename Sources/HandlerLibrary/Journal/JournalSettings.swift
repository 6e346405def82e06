package import MessageHandling
package import Settings

/// Each body written out, and that is all.
package struct JournalSettings: HandlerKind {
    package init() {}

    package static let table = KeyTable<JournalSettings>(
        "journal",
        """
        Each body is written to the journal, or to standard output where that leads elsewhere: \
        whole, at every log level, without a limit. A message is done when its body was taken, and \
        comes back when it was not.
        """)
}

extension JournalSettings {
    package func makeHandler(
        _ identity: HandlerIdentity, _ daemon: HandlerDependencies
    ) -> any Handler {
        JournalHandler(daemon.bodies)
    }
}
