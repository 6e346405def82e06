import HTTPTransport
package import HandlerLibrary
package import MessageHandling
package import SubscriberConfiguration

/// Makes the handler that a configuration file describes.
package struct HandlerFactory: Sendable {
    /// How long an unused connection to an endpoint is kept. Application servers close theirs after
    /// a few seconds (gunicorn after 2 s), and a message that is posted as they do comes back only
    /// with its visibility timeout.
    static let idleTimeout = Duration.seconds(1)

    /// The daemon's environment; a program inherits only what `HandlerLibrary` allows.
    private let environment: [String: String]
    /// For the handlers that ask for them.
    private let credentials: HandlerCredentials

    package init(environment: [String: String], credentials: HandlerCredentials) {
        self.environment = environment
        self.credentials = credentials
    }

    package func makeHandler(_ kind: HandlerKind) -> any MessageHandler {
        switch kind {
        case .exec(let settings):
            ExecHandler(
                HandlerLibrary.ExecSettings(settings, daemonEnvironment: environment),
                credentials: settings.getsCredentials ? credentials : nil)
        case .http(let settings):
            makeHTTPHandler(settings)
        case .journal:
            JournalHandler()
        }
    }
}

extension HandlerFactory {
    /// With connections of its own, which end with the handler. Its files are read now; the next
    /// reload reads them again.
    private func makeHTTPHandler(
        _ settings: SubscriberConfiguration.HTTPHandlerSettings
    ) -> any MessageHandler {
        do {
            return HTTPHandler(
                HandlerLibrary.HTTPHandlerSettings(settings),
                signature: try settings.signatureKeyFile.map { try MessageSignature(keyFile: $0) },
                transport: OwnedTransport(try AsyncHTTPTransport.Options(settings)))
        } catch {
            return UnavailableHandler("\(error); mend it, then reload")
        }
    }
}

extension AsyncHTTPTransport.Options {
    fileprivate init(_ settings: SubscriberConfiguration.HTTPHandlerSettings) throws {
        self.init()
        connectionsPerHost = settings.connections
        connectTimeout = settings.connectTimeout
        inactivityTimeout = settings.inactivityTimeout
        idleTimeout = HandlerFactory.idleTimeout
        // Of an answer's body nothing is made, so none is too large.
        keepsBodies = false
        certificateAuthorities = settings.certificateAuthorities
        if let certificate = settings.clientCertificate, let key = settings.clientKey {
            identity = try ClientIdentity(certificateFile: certificate, keyFile: key)
        }
    }
}

extension HandlerLibrary.HTTPHandlerSettings {
    fileprivate init(_ settings: SubscriberConfiguration.HTTPHandlerSettings) {
        self.init(
            url: settings.target.url, timeout: settings.timeout,
            contentType: settings.contentType, userAgent: settings.userAgent,
            statuses: StatusPolicy(
                onlyOKIsDone: settings.onlyOKIsDone, rejected: Set(settings.rejectStatuses),
                errorDelay: settings.errorDelay),
            postsToTaskPath: settings.postsToTaskPath)
    }
}

extension HandlerLibrary.ExecSettings {
    fileprivate init(
        _ settings: SubscriberConfiguration.ExecSettings, daemonEnvironment: [String: String]
    ) {
        self.init(
            command: settings.command, input: Input(rawValue: settings.input) ?? .body,
            workingDirectory: settings.workingDirectory, environment: settings.environment,
            timeout: settings.timeout, maxOutput: settings.maxOutput,
            limits: ProgramLimits(niceness: settings.niceness, memory: settings.memoryLimit),
            rejectStatuses: Set(settings.rejectStatuses.map { Int32($0) }),
            daemonEnvironment: daemonEnvironment)
    }
}
