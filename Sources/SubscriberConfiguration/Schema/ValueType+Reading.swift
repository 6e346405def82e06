import AWS
import Calendar
import HTTP
import MessageHandling

extension ValueType {
    /// The value of a file's node, or why it is none.
    func read(_ node: DocumentNode) throws(Rejection) -> SettingValue {
        switch (self, node) {
        case (.integer(let range), .integer(let number)):
            guard range.contains(number) else { throw Rejection("\(number) is out of range") }
            return .integer(number)
        case (.number(let range), .integer(let number)):
            return .number(try Self.number(Double(number), node, in: range))
        case (.number(let range), .decimal(let number)):
            return .number(try Self.number(number, node, in: range))
        case (.integers(let range), .list(let items)):
            return .integers(try Self.integers(items, in: range))
        case (.boolean, .boolean(let flag)):
            return .boolean(flag)
        case (.size(let range), .integer), (.size(let range), .text):
            return .size(try Self.size(node, in: range))
        case (.duration(let range), .integer), (.duration(let range), .text):
            return .duration(try Self.duration(node, in: range))
        case (.wholeSeconds(let range), .integer), (.wholeSeconds(let range), .text):
            let duration = try Self.duration(node, in: range)
            guard duration.components.attoseconds == 0 else {
                throw Rejection("\(node.quoted) is not a number of whole seconds")
            }
            return .duration(duration)
        case (.durations(let range), .list(let items)):
            return .durations(try Self.durations(items, in: range))
        case (.choices(let words), .list(let items)):
            return .texts(try Self.choices(items, of: words))
        case (.command, .list(let items)):
            return .texts(try Self.command(items))
        case (.queue, .text(let text)):
            do throws(QueueReference.ParseError) {
                return .queue(try QueueReference(text))
            } catch {
                throw Rejection("\(node.quoted) \(error.problem)")
            }
        case (_, .text(let text)) where isText:
            if let problem = problem(with: text) { throw Rejection("\(node.quoted) \(problem)") }
            return .text(text)
        default:
            throw Rejection("\(node.kind) is the wrong type")
        }
    }

    /// The value of an environment variable or a flag, where everything is text. Booleans may be
    /// written as systemd reads them: yes, no, on, off, 1, 0.
    func read(text: String) throws(Rejection) -> SettingValue {
        switch self {
        case .integer:
            guard let number = Int(text) else { throw Rejection("\"\(text)\" is not a number") }
            return try read(.integer(number))
        case .number:
            guard let number = Double(text) else { throw Rejection("\"\(text)\" is not a number") }
            return try read(.decimal(number))
        case .boolean:
            switch text.lowercased() {
            case "true", "yes", "on", "1": return .boolean(true)
            case "false", "no", "off", "0": return .boolean(false)
            default: throw Rejection("\"\(text)\" is neither true nor false")
            }
        default:
            return try read(.text(text))
        }
    }

    private var isText: Bool {
        switch self {
        case .choice, .text, .anyText, .messageBody, .region, .url, .httpTarget, .absolutePath,
            .headerValue,
            .urlPath, .crontab, .timeZone:
            true
        default: false
        }
    }

    /// What is wrong with a text, in words that follow it; nil where nothing is.
    private func problem(with text: String) -> String? {
        switch self {
        case .choice(let words): words.contains(text) ? nil : "is not one of them"
        case .text: text.isEmpty ? "is empty" : nil
        case .messageBody: Self.problem(withBody: text)
        case .region: Self.isRegion(text) ? nil : "is not the name of a region"
        case .url(let queryAllowed): Self.problem(withURL: text, queryAllowed: queryAllowed)
        case .httpTarget: Self.problem(withTarget: text)
        case .absolutePath: text.hasPrefix("/") ? nil : "does not start with /"
        case .headerValue:
            text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.isEmpty
                ? nil : "cannot be sent in a header"
        case .urlPath:
            text.hasPrefix("/") && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                ? nil : "is not the path of a URL"
        case .crontab: Self.problem(withCrontab: text)
        case .timeZone: Self.problem(withTimeZone: text)
        default: nil
        }
    }

    private static func problem(withCrontab text: String) -> String? {
        do throws(Crontab.ParseError) {
            let crontab = try Crontab(text)
            let isEver = Schedule(crontab, in: .utc).next(after: 0) != nil
            return isEver ? nil : "is a date that never comes"
        } catch {
            return error.description
        }
    }

    private static func problem(withTimeZone text: String) -> String? {
        do throws(TimeZoneRules.Problem) {
            _ = try TimeZoneRules(named: text)
            return nil
        } catch {
            return error.description
        }
    }

    /// A region becomes a part of a host's name, so it has to be a label of one (RFC 1123).
    private static func isRegion(_ text: String) -> Bool {
        text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
            && (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
    }

    private static func problem(withBody text: String) -> String? {
        if text.isEmpty { return "is empty" }
        return text.unicodeScalars.allSatisfy(\.isAllowedInMessages)
            ? nil : "has a character that SQS refuses"
    }

    private static func problem(withURL text: String, queryAllowed: Bool) -> String? {
        guard let address = WebAddress(text) else {
            return "is not a URL with http:// or https://, a host and, if any, a port up to 65535"
        }
        if address.hasUserInfo { return "has a user name or password, which are not used" }
        if address.hasFragment { return "has a fragment (#), which is never sent" }
        if address.query != nil, !queryAllowed { return "has a query (?)" }
        return nil
    }

    private static func problem(withTarget text: String) -> String? {
        switch HTTPTarget(text) {
        case .unix: nil
        case .web: problem(withURL: text, queryAllowed: true)
        case nil:
            text.hasPrefix("unix:")
                ? "is not unix:, the absolute path of a socket "
                    + "(\(HTTPTarget.socketPathBytes) bytes at most) and, after a colon, a path"
                : problem(withURL: text, queryAllowed: true)
        }
    }

    private static func number(
        _ number: Double, _ node: DocumentNode, in range: ClosedRange<Double>
    ) throws(Rejection) -> Double {
        guard range.contains(number) else { throw Rejection("\(node.quoted) is out of range") }
        return number
    }

    private static func size(
        _ node: DocumentNode, in range: ClosedRange<Int>
    ) throws(Rejection) -> Int {
        let bytes: Int? =
            switch node {
            case .integer(let number): number
            case .text(let text): ByteSize.parse(text)
            default: nil
            }
        guard let bytes else { throw Rejection("\(node.quoted) is not a size") }
        guard range.contains(bytes) else { throw Rejection("\(node.quoted) is out of range") }
        return bytes
    }

    private static func duration(
        _ node: DocumentNode, in range: ClosedRange<Duration>
    ) throws(Rejection) -> Duration {
        let duration: Duration
        switch node {
        case .integer(let seconds):
            duration = .seconds(seconds)
        case .text(let text):
            do throws(TimeSpan.ParseError) {
                duration = try TimeSpan.parse(text)
            } catch {
                throw Rejection("\(node.quoted) \(error.problem)")
            }
        default:
            throw Rejection("\(node.kind) is the wrong type")
        }
        guard range.contains(duration) else { throw Rejection("\(node.quoted) is out of range") }
        return duration
    }

    private static func durations(
        _ items: [DocumentNode], in range: ClosedRange<Duration>
    ) throws(Rejection) -> [Duration] {
        guard !items.isEmpty else { throw Rejection("the list is empty") }
        var durations: [Duration] = []
        for item in items {
            durations.append(try duration(item, in: range))
        }
        return durations
    }

    private static func choices(
        _ items: [DocumentNode], of words: [String]
    ) throws(Rejection) -> [String] {
        var chosen: [String] = []
        for item in items {
            guard case .text(let word) = item, words.contains(word) else {
                throw Rejection("\(item.quoted) is not one of them")
            }
            guard !chosen.contains(word) else { throw Rejection("\(item.quoted) is there twice") }
            chosen.append(word)
        }
        return chosen
    }

    private static func integers(
        _ items: [DocumentNode], in range: ClosedRange<Int>
    ) throws(Rejection) -> [Int] {
        var numbers: [Int] = []
        for item in items {
            guard case .integer(let number) = item else {
                throw Rejection("\(item.kind) in the list is the wrong type")
            }
            guard range.contains(number) else { throw Rejection("\(number) is out of range") }
            numbers.append(number)
        }
        return numbers
    }

    private static func command(_ items: [DocumentNode]) throws(Rejection) -> [String] {
        var words: [String] = []
        for item in items {
            guard case .text(let word) = item else {
                throw Rejection("\(item.kind) in the list is the wrong type")
            }
            words.append(word)
        }
        guard let program = words.first else { throw Rejection("the list is empty") }
        guard !program.isEmpty else { throw Rejection("the program's name is empty") }
        if program.contains("/"), !program.hasPrefix("/") {
            throw Rejection(
                "\(DocumentNode.text(program).quoted) is a relative path; give an absolute one, or "
                    + "a name to look up in PATH")
        }
        for word in words {
            do throws(MessageTemplate.UnknownField) {
                _ = try MessageTemplate(word)
            } catch {
                throw Rejection("\(DocumentNode.text(word).quoted): \(error)")
            }
        }
        if (try? MessageTemplate(program))?.constant == nil {
            throw Rejection(
                "\(DocumentNode.text(program).quoted) takes the program's name from the message")
        }
        return words
    }
}
