import AWS
import Logging

/// Says in the log when credentials change or cannot be renewed.
enum CredentialLog {
    static func log(_ event: CredentialCache.Event, to logger: Logger) {
        switch event {
        case .renewed(let credentials):
            logger.debug("Credentials renewed: \(credentials)")
        case .failing(let error, nil):
            logger.debug("No credentials: \(error)")
        case .failing(let error, let validUntil?):
            logger.warning(
                """
                Credentials could not be renewed; the old ones are valid until \(validUntil): \
                \(error)
                """)
        }
    }
}
