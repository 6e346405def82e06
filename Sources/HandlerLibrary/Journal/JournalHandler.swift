internal import Logging
package import MessageHandling

/// Logs the body of each message, and is done: the handler of a daemon that was given none.
package struct JournalHandler: MessageHandler {
    /// How many bytes of a body are logged. `journalctl` and everything else that reads the journal
    /// cuts fields at 64 KiB unless it asks for more (sd_journal_set_data_threshold(3)); this
    /// leaves room for the field's name and the note.
    package static let bodyLimit = 60 * 1024

    package init() {}

    package func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        context.logger.info("\(Self.text(of: message.body))")
        return .done
    }

    /// The body, or its beginning and how long it is.
    static func text(of body: String) -> String {
        let bytes = body.utf8
        guard bytes.count > bodyLimit else { return body }
        let beginning = Array(bytes.prefix(bodyLimit + 1))
        let cut = beginning.endOfText(atMost: bodyLimit)
        return String(decoding: beginning[..<cut], as: UTF8.self)
            + "… (the first \(cut) of \(bytes.count) bytes)"
    }
}
