import Glibc
package import HandlerLibrary
package import MessageHandling
package import Systemd

/// Where this process writes bodies.
package enum BodyOutputs {
    /// The journal where standard output leads there, as systemd has it for a service; else
    /// standard output itself. What the log goes to is another matter: that is standard error.
    package static func standard(environment: [String: String]) -> any BodyOutput {
        LogDestination.isJournalStream(STDOUT_FILENO, environment: environment)
            ? JournalBodies(.system)
            : StreamBodies(OutputStream(descriptor: STDOUT_FILENO))
    }

    /// What may lose bodies that were taken; nil where nothing is seen to.
    package static func warning(
        environment: [String: String], limitedUnit: String? = JournalRateLimit.limitedUnit()
    ) -> String? {
        guard LogDestination.isJournalStream(STDOUT_FILENO, environment: environment),
            let limitedUnit
        else { return nil }
        return """
            journald may drop bodies that [journal] writes, for its rate limit is in force for \
            \(limitedUnit): set LogRateLimitIntervalSec=1us in the unit
            """
    }
}

extension OutputFailure {
    /// What a run ends with that met it.
    fileprivate func ofRun(_ sentence: (OutputFailure) -> String) -> HandlerResult {
        self == .cancelled ? .cancelled : .unavailable(sentence(self))
    }
}

/// Writes each body as an entry of the journal: `MESSAGE` is the body, byte for byte.
///
/// journald has read the entry when a message is done. Whether it keeps it is its own matter:
/// `MaxLevelStore=`, `Storage=`, its limits of space, and its limit of lines in a time, which the
/// packaged unit lifts. It writes to disk at once, and has that confirmed every five minutes
/// (`SyncIntervalSec=`): a machine that loses its power in between loses entries.
package struct JournalBodies: BodyOutput {
    private let socket: JournalSocket
    private let identifier: String

    package init(_ socket: JournalSocket, identifier: String = LogDestination.programName) {
        self.socket = socket
        self.identifier = identifier
    }

    package func write(_ messages: [Message], of handlerName: String) -> [HandlerResult] {
        var results: [HandlerResult] = []
        // What one met, those after it would wait for, too.
        var failure: OutputFailure?
        for message in messages {
            do throws(OutputFailure) {
                if let failure { throw failure }
                results.append(.outcome(try write(message, of: handlerName)))
            } catch {
                failure = error
                results.append(error.ofRun(Self.sentence))
            }
        }
        return results
    }

    private func write(
        _ message: Message, of handlerName: String
    ) throws(OutputFailure) -> Outcome {
        let entry = entry(message, handlerName)
        guard entry.bytes.count <= JournalSocket.entryBytes else {
            return .reject(
                reason: """
                    the body has \(message.body.utf8.count) bytes, and no entry of more than \
                    \(JournalSocket.entryBytes) is trusted to the journal
                    """)
        }
        try socket.write(entry)
        return .done
    }

    package func check() throws(HandlerUnavailable) {
        do throws(OutputFailure) {
            try socket.check()
        } catch {
            throw HandlerUnavailable(Self.sentence(error))
        }
    }

    private func entry(_ message: Message, _ handlerName: String) -> JournalEntry {
        // The other fields take about 300 bytes.
        var entry = JournalEntry(reservingBytes: message.body.utf8.count + 512)
        entry.append("MESSAGE", message.body)
        entry.append("PRIORITY", "6")
        entry.append("SYSLOG_IDENTIFIER", identifier)
        entry.append("MESSAGE_ID", EventID.messageBody.rawValue)
        entry.append(key: "queue", message.queue.name)
        entry.append(key: "message_id", message.id)
        entry.append(key: "handler", handlerName)
        entry.append(key: "receive_count", String(message.receiveCount))
        if let group = message.messageGroupID { entry.append(key: "message_group_id", group) }
        if let trace = message.traceID { entry.append(key: "trace_id", trace) }
        return entry
    }

    private static func sentence(_ failure: OutputFailure) -> String {
        switch failure {
        case .refused(ECONNREFUSED), .refused(ENOENT), .refused(ESRCH):
            """
            journald does not listen at \(LogDestination.journalSocket): start it with systemctl \
            start systemd-journald.socket systemd-journald, or let the unit's sandbox reach it
            """
        case .refused(let code):
            """
            journald cannot be reached (\(OutputFailure.refused(code).text ?? "error \(code)")): \
            let the unit's sandbox reach \(LogDestination.journalSocket)
            """
        case .unread, .cancelled:
            "journald has stopped reading: look at systemctl status systemd-journald"
        }
    }
}

/// Writes each body to a stream as it was sent, and a line break.
///
/// A pipe has taken the body when a message is done: what reads the pipe may end without having
/// read it.
package struct StreamBodies: BodyOutput {
    private let stream: OutputStream

    package init(_ stream: OutputStream) {
        self.stream = stream
    }

    package func write(_ messages: [Message], of handlerName: String) -> [HandlerResult] {
        var lines: [UInt8] = []
        lines.reserveCapacity(messages.reduce(0) { $0 + $1.body.utf8.count + 1 })
        let ends = messages.map { message in
            lines.append(contentsOf: message.body.utf8)
            lines.append(UInt8(ascii: "\n"))
            return lines.count
        }
        let (taken, failure) = stream.write(lines, endingAt: ends)
        let refused = failure?.ofRun(Self.sentence) ?? .done
        return messages.indices.map { $0 < taken ? .done : refused }
    }

    package func check() throws(HandlerUnavailable) {
        do throws(OutputFailure) {
            try stream.check()
        } catch {
            throw HandlerUnavailable(Self.sentence(error))
        }
    }

    private static func sentence(_ failure: OutputFailure) -> String {
        switch failure {
        case .refused(EPIPE):
            "what read standard output has ended: start the subscriber again with a reader"
        case .refused(EBADF):
            "standard output is closed: start the subscriber with one"
        case .refused(ENOSPC), .refused(EDQUOT), .refused(EFBIG):
            "the file at standard output cannot grow: make room for it"
        case .refused(let code):
            """
            standard output takes nothing \
            (\(OutputFailure.refused(code).text ?? "error \(code)")): start the subscriber again \
            with another
            """
        case .unread, .cancelled:
            "what reads standard output has stopped reading: let it go on"
        }
    }
}
