/// `credential_process` of a profile: a program that prints credentials as JSON.
///
/// The command line is split as a shell would split it, but no shell runs and nothing is expanded.
/// Source: "Sourcing credentials with an external process", AWS CLI User Guide.
package struct ProcessProvider: CredentialProvider {
    private let profile: Profile
    private let runner: any ProcessRunner

    /// A program that asks someone for something would hang for ever; one that asks a service is
    /// done long before.
    static let timeout = Duration.seconds(60)

    init(profile: Profile, runner: any ProcessRunner) {
        self.profile = profile
        self.runner = runner
    }

    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        guard let line = profile["credential_process"] else {
            return .absent("profile \"\(profile.name)\": no credential_process")
        }
        let source = "credential_process of profile \"\(profile.name)\""
        guard let command = try? shellWords(line), !command.isEmpty else {
            throw CredentialError(
                .misconfigured, "\(source): a quote without its end, or no program named.")
        }
        let output = try await run(command, source)
        guard let document = CredentialDocument(output.standardOutput), document.version == 1 else {
            throw CredentialError(
                .misconfigured, "\(source) did not print a JSON object with \"Version\": 1.")
        }
        return .found(try document.credentials(tokenField: "SessionToken", source: source))
    }

    private func run(
        _ command: [String], _ source: String
    ) async throws(CredentialError) -> ProcessOutput {
        let output: ProcessOutput
        do {
            output = try await runner.run(command, timeout: Self.timeout)
        } catch is CancellationError {
            throw CredentialError(.cancelled, "\(source) was cancelled")
        } catch {
            throw CredentialError(.unavailable, "\(source) did not run: \(error)")
        }
        guard output.status == 0 else {
            // Such programs print what they were given, tokens and passwords among it.
            let advice =
                output.standardError.isEmpty
                ? "it said nothing on standard error"
                : "what it said on standard error may be secret and is not logged; run it by hand, "
                    + "as the user of this service, to read it"
            throw CredentialError(
                .unavailable, "\(source) ended with status \(output.status); \(advice)")
        }
        return output
    }
}
