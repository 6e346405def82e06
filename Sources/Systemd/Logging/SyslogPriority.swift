import Logging

extension Logger.Level {
    /// The priority of syslog(3), `LOG_CRIT` to `LOG_DEBUG`. Nothing of ours is an emergency of the
    /// whole machine, so 0 and 1 are not used.
    var syslogPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
