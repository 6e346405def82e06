internal import Calendar
internal import HTTP
internal import MessageHandling

/// The headers by which the Elastic Beanstalk worker daemon describes a message.
///
/// Source: AWS Elastic Beanstalk Developer Guide, "Elastic Beanstalk worker environments", and what
/// the worker daemon (aws-sqsd) sends besides: `Sent-At`, and `Sender-Id` of every message. The
/// trace goes by the names that W3C Trace Context and AWS X-Ray have for requests.
struct WorkerHeaders {
    /// Lists, separated by commas, the headers that this message should have had and that do not
    /// fit. Not sent when there are none.
    static let omittedName = "X-Sqs-Subscriber-Omitted"

    private(set) var headers = HTTPHeaders()
    /// The names of what was left out, in their order, as text that may be cut; nil where nothing
    /// was.
    private(set) var omitted: String?

    /// How many of these there may be: gunicorn, Apache and Python take 100 headers in all.
    private static let mostOptional = 64
    /// What ``omittedName`` may take: the names of ten attributes, shortened where they are long.
    private static let omittedMaximum = 512

    /// - Parameter room: for the fields of it, in bytes. What the sender of a message chose is left
    ///   out where there is too little, the largest first: a message must not be able to make a
    ///   request that no server takes.
    init(_ message: Message, room: Int) {
        for (name, value) in Self.fields(of: message) { headers.add(name, value) }
        var left = room - headers.size
        let optional = Self.optionalFields(of: message)
        let fitsWhole =
            optional.count <= Self.mostOptional && optional.reduce(0) { $0 + Self.size($1) } <= left
        if fitsWhole {
            for (name, value) in optional { headers.add(name, value) }
            return
        }
        left -= Self.omittedName.utf8.count + 4 + Self.omittedMaximum
        let bySize = optional.indices.sorted {
            (Self.size(optional[$0]), $0) < (Self.size(optional[$1]), $1)
        }
        var kept: Set<Int> = []
        for index in bySize.prefix(Self.mostOptional) {
            left -= Self.size(optional[index])
            guard left >= 0 else { break }
            kept.insert(index)
        }
        for index in optional.indices where kept.contains(index) {
            headers.add(optional[index].name, optional[index].value)
        }
        // Names of headers are ASCII.
        let names = optional.indices.filter { !kept.contains($0) }.map { optional[$0].name }
        let list = String(names.joined(separator: ", ").prefix(Self.omittedMaximum))
        headers.add(Self.omittedName, list)
        omitted = list
    }

    private static let traceContext = "traceparent"
    private static let traceHeader = "X-Amzn-Trace-Id"

    /// The names of those that say of which trace a request is.
    static let ofTrace = [traceContext, traceHeader]

    private typealias Field = (name: String, value: String)

    private static func size(_ field: Field) -> Int {
        HTTPHeaders.size(name: field.name, value: field.value)
    }

    /// What SQS says of the message.
    private static func fields(of message: Message) -> [Field] {
        let fields: [(String, String?)] = [
            ("X-Aws-Sqsd-Msgid", HeaderText.value(message.id)),
            ("X-Aws-Sqsd-Queue", HeaderText.value(message.queue.name)),
            (
                "X-Aws-Sqsd-First-Received-At",
                message.firstReceiveTimestamp.map { CivilTime(milliseconds: $0).iso8601 }
            ),
            ("X-Aws-Sqsd-Receive-Count", String(message.receiveCount)),
            (
                "X-Aws-Sqsd-Sent-At",
                message.sentTimestamp.map { CivilTime(milliseconds: $0).iso8601 }
            ),
        ]
        return fields.compactMap { name, value in value.map { (name, $0) } }
    }

    /// What its sender chose.
    private static func optionalFields(of message: Message) -> [Field] {
        let named: [(String, String?)] = [
            (Self.traceContext, message.traceparent), (Self.traceHeader, message.traceHeader),
            ("X-Aws-Sqsd-Path", PeriodicTask.text(PeriodicTask.path, of: message)),
            ("X-Aws-Sqsd-Taskname", PeriodicTask.text(PeriodicTask.name, of: message)),
            ("X-Aws-Sqsd-Scheduled-At", PeriodicTask.text(PeriodicTask.scheduledTime, of: message)),
            ("X-Aws-Sqsd-Sender-Id", message.system["SenderId"]),
        ]
        // Strings and numbers; the worker daemon passes no bytes.
        let attributes = message.attributes.sorted { $0.key < $1.key }.filter {
            !$0.key.hasPrefix(PeriodicTask.prefix)
        }.map { ("X-Aws-Sqsd-Attr-\(HeaderText.name($0.key))", $0.value.text) }
        return (named + attributes).compactMap { name, value in
            value.map { (name, HeaderText.value($0)) }
        }
    }
}

extension HTTPHeaders {
    /// How many bytes the fields take in a request.
    var size: Int { fields.reduce(0) { $0 + Self.size(name: $1.name, value: $1.value) } }

    /// How many bytes a field takes, with the colon, the space and the end of its line.
    static func size(name: String, value: String) -> Int { name.utf8.count + value.utf8.count + 4 }
}

/// Text that may stand in an HTTP header field, RFC 9110 section 5: whoever sends a message must
/// not be able to end a field and begin another.
package enum HeaderText {
    /// Control characters, line ends among them, become spaces, and none are left at the ends.
    /// Everything else, UTF-8 included, is kept.
    package static func value(_ text: String) -> String {
        // Most texts are such ones, and stay as they are.
        let isPlain = text.utf8.allSatisfy { 0x20..<0x7F ~= $0 }
        if isPlain, text.utf8.first != 0x20, text.utf8.last != 0x20 { return text }
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
