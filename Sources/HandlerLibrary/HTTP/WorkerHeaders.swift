internal import Calendar
internal import HTTP
internal import MessageHandling

/// The headers by which the Elastic Beanstalk worker daemon describes a message.
///
/// Source: AWS Elastic Beanstalk Developer Guide, "Elastic Beanstalk worker environments", and what
/// the worker daemon (aws-sqsd) sends besides: `Sent-At`, and `Sender-Id` of every message.
enum WorkerHeaders {
    static func headers(of message: Message) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.add("X-Aws-Sqsd-Msgid", HeaderText.value(message.id))
        headers.add("X-Aws-Sqsd-Queue", HeaderText.value(message.queue.name))
        if let received = message.firstReceiveTimestamp {
            headers.add(
                "X-Aws-Sqsd-First-Received-At", CivilTime(milliseconds: received).iso8601)
        }
        headers.add("X-Aws-Sqsd-Receive-Count", String(message.receiveCount))
        if let sent = message.sentTimestamp {
            headers.add("X-Aws-Sqsd-Sent-At", CivilTime(milliseconds: sent).iso8601)
        }
        let others = [
            ("X-Aws-Sqsd-Path", PeriodicTask.text(PeriodicTask.path, of: message)),
            ("X-Aws-Sqsd-Taskname", PeriodicTask.text(PeriodicTask.name, of: message)),
            ("X-Aws-Sqsd-Scheduled-At", PeriodicTask.text(PeriodicTask.scheduledTime, of: message)),
            ("X-Aws-Sqsd-Sender-Id", message.system["SenderId"]),
        ]
        for case (let name, let value?) in others { headers.add(name, HeaderText.value(value)) }
        for (name, attribute) in message.attributes.sorted(by: { $0.key < $1.key }) {
            // Strings and numbers; the worker daemon passes no bytes.
            guard let text = attribute.text, !name.hasPrefix(PeriodicTask.prefix) else { continue }
            headers.add("X-Aws-Sqsd-Attr-\(HeaderText.name(name))", HeaderText.value(text))
        }
        return headers
    }
}

/// Text that may stand in an HTTP header field, RFC 9110 section 5: whoever sends a message must
/// not be able to end a field and begin another.
package enum HeaderText {
    /// Control characters, line ends among them, become spaces, and none are left at the ends.
    /// Everything else, UTF-8 included, is kept.
    package static func value(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            scalars.append(isControl ? " " : scalar)
        }
        let beginning = scalars.drop { $0 == " " }
        let end = beginning.lastIndex { $0 != " " }
        return end.map { String(beginning[...$0]) } ?? ""
    }

    /// What is not a token character becomes `-`.
    package static func name(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(isToken(scalar) ? scalar : "-") }
        return String(scalars)
    }

    private static func isToken(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: "!#$%&'*+-.^_`|~".unicodeScalars.contains(scalar)
        }
    }
}
