private import FoundationEssentials

/// What a function, or its runtime, reports as its error: `errorType` and `errorMessage`.
package enum FunctionError {
    /// The longest text that is kept: it ends up in a log line. The function logs its stack trace
    /// itself.
    package static let textLimit = 500

    private struct Report: Decodable {
        let errorType: String?
        let errorMessage: String?
    }

    /// `ValueError: bad order`, or as much of it as the report has.
    package static func text(of report: [UInt8]) -> String {
        let read = try? JSONDecoder().decode(Report.self, from: Data(report))
        let parts = [read?.errorType, read?.errorMessage].compactMap { $0 }.filter { !$0.isEmpty }
        guard !parts.isEmpty else { return "an error without a description" }
        return String(parts.joined(separator: ": ").prefix(textLimit))
    }
}
