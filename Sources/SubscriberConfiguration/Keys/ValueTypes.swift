import AWS
import Calendar
import HTTP
import HandlerLibrary
import MessageHandling
import Settings

extension ValueType where Value == QueueReference {
    /// A queue, by its name, its URL or its ARN.
    static let queue = ValueType(
        allowed: "the name of a queue, its URL or its ARN", write: { .text($0.text) }
    ) { node throws(Rejection) in
        guard case .text(let text) = node else { throw .wrongType(node) }
        do throws(QueueReference.ParseError) {
            return try QueueReference(text)
        } catch {
            throw Rejection("\(node.quoted) \(error.problem)")
        }
    }
}

extension ValueType where Value == String {
    /// A region becomes a part of a host's name, so it has to be a label of one (RFC 1123).
    static let region = text("the name of a region, such as \"eu-west-1\"") { text in
        let isLabel =
            text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
            && (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
        return isLabel ? nil : "is not the name of a region"
    }

    /// A URL that requests of SQS are sent to.
    static let endpoint = text("a URL with http:// or https://, without a query") {
        WebAddress.problem(with: $0, queryAllowed: false)
    }

    /// The body of a message.
    static let messageBody = text(
        "a text that is not empty, without control characters"
    ) { text in
        if text.isEmpty { return "is empty" }
        return text.unicodeScalars.allSatisfy(\.isAllowedInMessages)
            ? nil : "has a character that SQS refuses"
    }

    /// The path of a URL, and its query.
    static let urlPath = text("a path that starts with /, of characters that a URL may have") {
        $0.hasPrefix("/") && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            ? nil : "is not the path of a URL"
    }

    /// When a task is due, see `Crontab`.
    static let crontab = text("a crontab expression, such as \"30 3 * * *\"") { text in
        do throws(Crontab.ParseError) {
            let crontab = try Crontab(text)
            let isEver = Schedule(crontab, in: .utc).next(after: 0) != nil
            return isEver ? nil : "is a date that never comes"
        } catch {
            return error.description
        }
    }

    /// A name of the time zone database.
    static let timeZone = text("the name of a time zone, such as \"Europe/Berlin\"") { text in
        do throws(TimeZoneRules.Problem) {
            _ = try TimeZoneRules(named: text)
            return nil
        } catch {
            return error.description
        }
    }
}
