package import AWS
import Glibc
import HTTP
import HandlerLibrary
import Intake
package import SubscriberConfiguration
import Synchronization

/// Finds out, with nobody asked, whether the way to AWS can be opened as the settings want it.
package enum ServiceCheck {
    /// What is wrong with region, endpoint, profile, AWS files, certificate authorities, proxies
    /// and the sources of credentials, as far as files and variables tell.
    ///
    /// - Returns: what only shows in a run, but probably ends it.
    /// - Throws: what ends a run at its start.
    package static func check(
        _ configuration: Configuration, environment: [String: String]
    ) async throws(SettingError) -> [String] {
        _ = try ServiceConnection.proxies(environment)
        if let remark = unreadableCredential(in: environment) {
            return ["\(remark): AWS files are not judged"]
        }
        let settings = configuration.aws
        let bundle = try CertificateBundle.find(settings: settings, environment: environment)
        _ = try bundle?.checkedPath
        let programs = UnstartedPrograms(environment: environment)
        let context = try AWSContext(
            settings: settings,
            dependencies: AWSDependencies(
                environment: environment, transport: NoNetwork(), processRunner: programs))
        var warnings: [String] = []
        let region: Region
        do throws(SettingError) {
            region = try await context.region(
                forQueue: configuration.subscriptions.first?.queue.text)
        } catch {
            let asksInstance = environment.flag("AWS_EC2_METADATA_DISABLED") != true
            guard error.kind == .missing, asksInstance else { throw error }
            warnings.append("\(error.description) An EC2 instance knows its own.")
            region = .ofLocalServers
        }
        _ = try context.endpoint(for: .sqs, in: region)
        if configuration.subscriptions.contains(where: { $0.unwrap.contains(.s3) }) {
            do throws(SettingError) {
                _ = try context.endpoint(for: .s3, in: region)
            } catch {
                warnings.append("payloads in S3 cannot be read: \(error.description)")
            }
        }
        if let wrong = await wrongCredentials(context) { throw wrong }
        return warnings + programs.problems
    }

    /// What is to be said of an AWS file that only the running service can read; nil where there
    /// is none.
    package static func unreadableCredential(in environment: [String: String]) -> String? {
        ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"].compactMap(environment.setting)
            .first(where: isMissingCredential)
            .map { "'\($0)' is there for the running service alone" }
    }

    /// Whether it is a file that systemd brings at the start, for this service alone:
    /// `LoadCredential=`, systemd.exec(5).
    private static func isMissingCredential(_ path: String) -> Bool {
        path.hasPrefix("/run/credentials/") && access(path, R_OK) != 0
    }

    private static func wrongCredentials(_ context: AWSContext) async -> SettingError? {
        do throws(CredentialError) {
            _ = try await context.lookUpCredentials()
            return nil
        } catch {
            switch error.kind {
            case .misconfigured, .refused: return SettingError(.invalid, error.description)
            // An instance may have some, and a service may be asked later.
            case .missing, .unavailable, .cancelled: return nil
            }
        }
    }
}

/// A network that nothing is sent to.
private struct NoNetwork: Transport {
    func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        throw TransportError(.unreachable, "not asked")
    }
}

/// Looks at the files of the programs that it is to run.
private final class UnstartedPrograms: ProcessRunner {
    struct Unstarted: Error, CustomStringConvertible {
        let description = "not started"
    }

    private let environment: [String: String]
    private let found = Mutex<[String]>([])

    init(environment: [String: String]) {
        self.environment = environment
    }

    var problems: [String] { found.withLock { $0 } }

    func run(_ command: [String], timeout: Duration) async throws -> ProcessOutput {
        let problem = ProgramFiles.problem(ofCommand: command, environment: environment)
        if let problem { found.withLock { $0.append("credential_process: \(problem)") } }
        throw Unstarted()
    }
}
