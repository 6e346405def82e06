import AWS
import HandlerLibrary

/// Runs a profile's `credential_process`, with the daemon's own environment: it is the operator's
/// program, and often needs what the AWS tools read.
struct CredentialProcessRunner: ProcessRunner {
    let environment: [String: String]

    func run(_ command: [String], timeout: Duration) async throws -> ProcessOutput {
        let environment = environment.filter {
            !InheritedEnvironment.belongsToDaemonAlone($0.key)
        }
        let completed = try await ChildProcessRunner().run(
            command, environment: environment, timeout: timeout)
        return ProcessOutput(
            status: Self.shellStatus(completed.status), standardOutput: completed.standardOutput,
            standardError: Array(completed.standardErrorTail.utf8))
    }

    private static func shellStatus(_ status: ProcessStatus) -> Int32 {
        switch status {
        case .exited(let status): status
        case .signalled(let signal): 128 + signal
        case .unknown: -1
        }
    }
}
