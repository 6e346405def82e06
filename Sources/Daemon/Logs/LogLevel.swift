package import Logging
package import SubscriberConfiguration

extension Logger.Level {
    /// The configuration's word for it.
    package init(_ level: LogSettings.Level) {
        self =
            switch level {
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
    }
}
