/// Where a running daemon is asked and told.
package enum ControlSocket {
    private static let name = "control.sock"
    private static let program = "sqs-subscriber"

    /// Reading and writing for the daemon's user and its group, for others nothing.
    package static let mode: UInt32 = 0o660

    /// Where a daemon listens: where it was told, in the runtime directory that systemd gives a
    /// service (`RuntimeDirectory=`, systemd.exec(5)), or in that of the user who runs it (XDG Base
    /// Directory Specification). Nil where there is none of them.
    package static func path(configured: String?, environment: [String: String]) -> String? {
        if let configured { return configured }
        // systemd names all of them, separated by colons.
        if let given = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first {
            return "\(given)/\(name)"
        }
        return ofUser(environment)
    }

    /// Where commands look for a daemon, the first that is there.
    ///
    /// - Parameter instance: the NAME of `sqs-subscriber@NAME.service`; nil for the one without.
    package static func candidates(
        configured: String?, instance: String?, environment: [String: String]
    ) -> [String] {
        if let instance { return ["/run/\(program)@\(instance)/\(name)"] }
        if let configured { return [configured] }
        if environment["RUNTIME_DIRECTORY"] != nil {
            return [path(configured: nil, environment: environment)].compactMap(\.self)
        }
        return [ofUser(environment), "/run/\(program)/\(name)"].compactMap(\.self)
    }

    private static func ofUser(_ environment: [String: String]) -> String? {
        guard let directory = environment["XDG_RUNTIME_DIR"], directory.hasPrefix("/") else {
            return nil
        }
        return "\(directory)/\(program)/\(name)"
    }
}
