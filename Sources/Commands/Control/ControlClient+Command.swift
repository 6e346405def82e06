import ArgumentParser
import Daemon

extension ControlClient.Answer {
    /// The answer, where the daemon has done what it was asked.
    ///
    /// - Throws: what the daemon said; with 64 where the command was wrong.
    func checked() throws -> ControlClient.Answer {
        guard let error else { return self }
        let status: ExitStatus =
            switch self.status {
            case 400, 404: .inputMissing
            case 409: .unavailable
            case 422: .configuration
            default: .temporary
            }
        throw CommandFailure(status, error)
    }
}

extension ControlOptions {
    /// What a daemon does at once, or within a moment.
    private static let patience = Duration.seconds(20)

    /// Asks the daemon, and hands its answer on. What fails is printed, and ends the process.
    func ask(
        _ method: String, _ resource: String, within time: Duration = patience,
        _ body: (ControlClient.Answer) throws -> Void
    ) async throws {
        do {
            try body(try await client().ask(method, resource, within: time))
        } catch let failure as CommandFailure {
            throw failure.exit()
        } catch let failure as ControlClient.NotRunning {
            throw CommandFailure(.unavailable, failure.description).exit()
        }
    }
}
