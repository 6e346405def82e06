import ArgumentParser
import Settings

/// `--visibility-timeout`: how long messages are hidden from others.
struct HidingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long a message is hidden while it is worked on: 30s, 5min. By itself 30s, and "
                + "longer where many are looked at.", valueName: "time"))
    var visibilityTimeout: String?

    /// The longest that SQS hides a message for.
    private static let longest = Duration.seconds(43_200)

    func validate() throws { _ = try time() }

    /// - Parameter count: how many messages are to be looked at and given back.
    func time(forLookingAt count: Int) throws -> Duration {
        try time() ?? Scan.visibilityTimeout(forLookingAt: count)
    }

    private func time() throws -> Duration? {
        guard let visibilityTimeout else { return nil }
        guard let time = try? TimeSpan.parse(visibilityTimeout), time >= .seconds(1),
            time <= Self.longest
        else {
            throw ValidationError(
                "--visibility-timeout \(visibilityTimeout): give a time from 1s to 12h.")
        }
        return time
    }
}
