private import FoundationEssentials
private import JSON
internal import MessageHandling

/// What a function, or its runtime, reports as its error: `errorType` and `errorMessage`.
package enum FunctionError {
    /// The longest text that is kept: it ends up in a log line. The function logs its stack trace
    /// itself.
    package static let textLimit = 500

    /// The end of the stack trace in a report, at most ``RunDetail/outputMaximum`` bytes. Nil where
    /// there is none that is a list of lines.
    static func stack(of report: [UInt8]) -> String? {
        guard case .list(let items) = (try? JSONValue(parsing: report))?["stackTrace"] else {
            return nil
        }
        let lines = items.compactMap(\.asText)
        guard lines.count == items.count, !lines.isEmpty else { return nil }
        // Python's end with a line end each, Node's do not.
        let text = lines.map { $0.last?.isNewline == true ? String($0.dropLast()) : $0 }
        return String(text.joined(separator: "\n").end(bytes: RunDetail.outputMaximum))
    }

    /// `ValueError: bad order`, or as much of it as there is.
    ///
    /// - Parameter type: what was said beside the report, for one that has no type.
    package static func text(of report: [UInt8], type: String? = nil) -> String {
        let read = try? JSONValue(parsing: report)
        let known = [read?["errorType"]?.asText, type].compactMap(\.self).first { !$0.isEmpty }
        let parts = [known, read?["errorMessage"]?.asText].compactMap(\.self)
            .filter { !$0.isEmpty }
        guard !parts.isEmpty else { return "an error without a description" }
        return String(parts.joined(separator: ": ").prefix(textLimit))
    }

    /// The text of a report in Base64. One that cannot be read is left out.
    package static func text(type: String?, base64: String?) -> String {
        let report = base64.flatMap { Data(base64Encoded: $0) } ?? Data()
        return text(of: Array(report), type: type)
    }
}
