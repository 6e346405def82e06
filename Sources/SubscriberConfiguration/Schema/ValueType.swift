/// What a key's value has to be.
package enum ValueType: Sendable, Equatable {
    case integer(ClosedRange<Int>)
    /// Whole or not.
    case number(ClosedRange<Double>)
    /// A list, which may be empty.
    case integers(ClosedRange<Int>)
    case boolean
    case choice([String])
    /// Any of the words, each once at most, in an order that matters.
    case choices([String])
    case duration(ClosedRange<Duration>)
    /// A time span without fractions of a second: SQS counts in seconds.
    case wholeSeconds(ClosedRange<Duration>)
    case durations(ClosedRange<Duration>)
    /// Bytes, as a number or with a unit.
    case size(ClosedRange<Int>)
    /// Not empty.
    case text
    case anyText
    /// The body of a message.
    case messageBody
    case region
    case url(queryAllowed: Bool)
    /// Where an HTTP handler posts, see ``HTTPTarget``.
    case httpTarget
    case absolutePath
    /// The path of a URL, and its query.
    case urlPath
    case headerValue
    /// When a task is due, see `Crontab`.
    case crontab
    /// A name of the time zone database.
    case timeZone
    case command
    case queue
    /// An event pattern for messages; its errors are ``PatternReader``'s to tell.
    case pattern

    /// What is allowed, for errors and for the documentation.
    package var allowed: String {
        switch self {
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            "a number from \(SettingValue.number(range.lowerBound).literal) to "
                + SettingValue.number(range.upperBound).literal
        case .integers(let range):
            "whole numbers from \(range.lowerBound) to \(range.upperBound), such as "
                + "[\(range.lowerBound), \(range.upperBound)]"
        case .boolean: "true or false"
        case .choice(let words): words.map { "\"\($0)\"" }.joined(separator: ", ")
        case .choices(let words):
            "a list of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
        case .duration(let range): "a time span \(Self.span(range)), such as \"30s\""
        case .wholeSeconds(let range):
            "a time span \(Self.span(range)) in whole seconds, such as \"1min 30s\""
        case .durations(let range):
            "time spans \(Self.span(range)), such as [\"10s\", \"1min\"]"
        case .size(let range):
            "a size from \(ByteSize.format(range.lowerBound)) to "
                + "\(ByteSize.format(range.upperBound)), such as \"1MiB\""
        case .text: "a text that is not empty"
        case .anyText: "a text"
        case .messageBody: "a text that is not empty, without control characters"
        case .region: "the name of a region, such as \"eu-west-1\""
        case .url(queryAllowed: true): "a URL with http:// or https://"
        case .url(queryAllowed: false): "a URL with http:// or https://, without a query"
        case .httpTarget: "a URL with http:// or https://, or unix:SOCKET or unix:SOCKET:/PATH"
        case .absolutePath: "a path that starts with /"
        case .headerValue: "a text of printable ASCII characters"
        case .urlPath: "a path that starts with /, of characters that a URL may have"
        case .crontab: "a crontab expression, such as \"30 3 * * *\""
        case .timeZone: "the name of a time zone, such as \"Europe/Berlin\""
        case .command: "the program and its arguments, such as [\"/bin/cat\", \"-n\"]"
        case .queue: "the name of a queue, its URL or its ARN"
        case .pattern:
            "a pattern of body, messageAttributes and attributes, or one in JSON as pattern"
        }
    }

    private static func span(_ range: ClosedRange<Duration>) -> String {
        "from \(TimeSpan.format(range.lowerBound)) to \(TimeSpan.format(range.upperBound))"
    }
}

/// Why a value is not what its key asks for, in words that follow the key.
struct Rejection: Error, Equatable {
    let problem: String

    init(_ problem: String) {
        self.problem = problem
    }
}
