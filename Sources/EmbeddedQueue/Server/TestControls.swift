import JSON
import SQS

/// What test suites may do beside the API, where the operator allows it: forget everything between
/// two cases, and let time pass without waiting for it.
struct TestControls: Sendable {
    /// The longest step: as long as a message can be kept.
    private static let longestStep = 1_209_600.0

    let driver: StoreDriver
    /// The queues that exist from the start, and after a reset again.
    let queues: [QueueDefinition]

    /// The answer as JSON, or nil where the path names no control.
    func perform(_ path: String, body: [UInt8]) async throws(StoreError) -> [UInt8]? {
        var json = JSONWriter()
        switch path {
        case "/reset":
            try await driver.reset()
            try await driver.createAll(queues)
            json.object { _ in }
        case "/time":
            let now = try await driver.pass(try Self.step(String(decoding: body, as: UTF8.self)))
            json.object { $0.member("now", Int(now.milliseconds)) }
        default: return nil
        }
        return json.bytes
    }

    /// A number of seconds.
    private static func step(_ text: String) throws(StoreError) -> Duration {
        let digits = text.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
        guard let seconds = Double(digits), (0...longestStep).contains(seconds) else {
            throw StoreError(
                .invalidParameterValue,
                """
                POST /time takes a number of seconds, 0 to \(Int(longestStep)), as its body: that \
                much time passes at once.
                """)
        }
        return .seconds(seconds)
    }
}
