import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// The daemon's AWS credentials: for a program that asks, and for no other.
@Suite(.timeLimit(.minutes(1)))
struct ExecCredentialTests {
    private static let secrets = [
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
        "AWS_SESSION_TOKEN": "token", "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1", "AWS_PROFILE": "production",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "token", "CREDENTIALS_DIRECTORY": "/run/credentials",
    ]

    private func environment(
        _ credentials: HandlerCredentials?, own: [String: String] = [:]
    ) async throws -> [String] {
        let log = LogRecorder()
        let settings = ExecSettings(
            command: ["env"], environment: own,
            daemonEnvironment: Self.secrets.merging(["PATH": "/usr/bin:/bin"]) { $1 })
        #expect(
            try await handle(message(), by: settings, credentials: credentials, log: log) == .done)
        return log.lines(of: "stdout")
    }

    @Test func `a program that does not ask gets nothing of AWS`() async throws {
        let lines = try await environment(nil)
        #expect(!lines.contains { $0.contains("AWS") || $0.contains("CREDENTIALS") })
    }

    @Test func `a program that asks gets those of the moment, over what its settings say`()
        async throws
    {
        let given = [
            "AWS_ACCESS_KEY_ID": "AKIDFRESH", "AWS_SECRET_ACCESS_KEY": "fresh",
            "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
        ]
        let lines = try await environment(
            HandlerCredentials { given }, own: ["AWS_ACCESS_KEY_ID": "AKIDSTALE", "A": "b"])
        let found = lines.filter { $0.hasPrefix("AWS") }.sorted()
        #expect(found == given.map { "\($0.key)=\($0.value)" }.sorted())
        #expect(lines.contains("A=b"))
    }

    @Test func `without credentials the handler is unavailable, and starts nothing`() async {
        struct Missing: Error, CustomStringConvertible {
            let description = "no source has any"
        }
        let log = LogRecorder()
        let error = await #expect(throws: HandlerUnavailable.self) {
            try await handle(
                message(), by: shell("echo started"),
                credentials: HandlerCredentials { throw Missing() }, log: log)
        }
        #expect(error?.description.contains("aws_credentials") == true)
        #expect(error?.description.contains("no source has any") == true)
        #expect(log.entries.isEmpty)
    }
}
