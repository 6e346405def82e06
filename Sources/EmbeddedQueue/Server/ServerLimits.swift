import Glibc

/// What one client, or all of them, may take of the server.
package struct ServerLimits: Sendable {
    /// How long a connection may be open without a whole head of a request: 75 s, as nginx has it,
    /// and longer than the pools of the AWS SDKs keep what they do not use.
    package var idleTime: Duration = .seconds(75)
    /// How long the body of a request may take. The largest, 8 MiB, takes as much at 1 Mbit/s.
    package var bodyTime: Duration = .seconds(60)
    /// Connections at once; more wait until others end.
    package var connections = Self.standardConnections()

    package init() {}

    /// More than a machine's programs open to a queue for development.
    private static let mostConnections = 4_096
    /// Descriptors that are left to the rest of the process.
    private static let reserve = 64
    /// So many are served however few descriptors there are.
    private static let fewestConnections = 16

    private static func standardConnections() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return fewestConnections
        }
        let descriptors = Int(clamping: limit.rlim_cur)
        return min(mostConnections, max(fewestConnections, descriptors - reserve))
    }
}
