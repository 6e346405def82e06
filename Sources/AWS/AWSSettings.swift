package import FoundationEssentials
package import HTTP

/// What was given to the program itself, by flag or configuration. `nil` leaves it to the
/// environment and the AWS files.
package struct AWSSettings: Sendable, Equatable {
    package var region: String?
    package var profile: String?
    /// The endpoint of SQS only; STS has its own variables.
    package var endpointURL: String?
    /// Whether `http` to another machine is accepted as an endpoint.
    package var allowPlaintext: Bool
    package var useDualStack: Bool?
    package var useFIPS: Bool?
    /// Used instead of any that could be found.
    package var credentials: Credentials?

    package init() {
        self.init(region: nil)
    }

    package init(
        region: String? = nil, profile: String? = nil, endpointURL: String? = nil,
        allowPlaintext: Bool = false, useDualStack: Bool? = nil, useFIPS: Bool? = nil,
        credentials: Credentials? = nil
    ) {
        self.region = region
        self.profile = profile
        self.endpointURL = endpointURL
        self.allowPlaintext = allowPlaintext
        self.useDualStack = useDualStack
        self.useFIPS = useFIPS
        self.credentials = credentials
    }
}

/// The world outside, as this target needs it.
package struct AWSDependencies: Sendable {
    package var environment: Environment
    package var transport: any Transport
    package var processRunner: any ProcessRunner
    package var readFile: FileReading
    /// The wall clock: signatures and expirations are dated by it.
    package var now: @Sendable () -> Date
    /// The clock of pauses.
    package var clock: any Clock<Duration>
    /// Random numbers from 0 up to, not including, 1.
    package var random: @Sendable () -> Double

    package init(
        environment: Environment, transport: any Transport, processRunner: any ProcessRunner,
        readFile: @escaping FileReading = LocalFiles.read,
        now: @escaping @Sendable () -> Date = { Date() },
        clock: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.environment = environment
        self.transport = transport
        self.processRunner = processRunner
        self.readFile = readFile
        self.now = now
        self.clock = clock
        self.random = random
    }
}
