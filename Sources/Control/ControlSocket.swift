internal import FoundationEssentials

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

    /// Where commands look for a daemon, the first that is there. None where it is not told which
    /// daemon is meant: another one must not be asked in its place.
    ///
    /// - Parameter directory: the daemon's folder with its configuration; nil for the usual ones.
    package static func candidates(
        configured: String?, directory: String?, environment: [String: String]
    ) -> [String] {
        if let configured { return [configured] }
        if environment["RUNTIME_DIRECTORY"] != nil {
            return [path(configured: nil, environment: environment)].compactMap(\.self)
        }
        if let directory { return ofService(configuredIn: directory).map { [$0] } ?? [] }
        return [ofUser(environment), path(ofService: program)].compactMap(\.self)
    }

    /// The names of the instances of `sqs-subscriber@.service` that have a socket, which systemd
    /// takes away when they end, in their order.
    package static func instances(in directory: String = "/run") -> [String] {
        let files = FileManager.default
        let entries = (try? files.contentsOfDirectory(atPath: directory)) ?? []
        return entries.filter {
            $0.hasPrefix("\(program)@")
                && files.fileExists(atPath: "\(directory)/\($0)/\(name)")
        }.map { String($0.dropFirst(program.count + 1)) }.sorted()
    }

    /// The folder with the configuration of `sqs-subscriber@NAME.service`.
    package static func directory(ofInstance name: String) -> String { "/etc/\(program)@\(name)" }

    /// Nil where no service of ours has its configuration there.
    private static func ofService(configuredIn directory: String) -> String? {
        let parts = directory.split(separator: "/")
        guard directory.hasPrefix("/"), parts.count == 2, parts[0] == "etc",
            parts[1] == program || parts[1].hasPrefix("\(program)@")
        else { return nil }
        return path(ofService: parts[1])
    }

    private static func path(ofService name: some StringProtocol) -> String {
        "/run/\(name)/\(Self.name)"
    }

    private static func ofUser(_ environment: [String: String]) -> String? {
        guard let directory = environment["XDG_RUNTIME_DIR"], directory.hasPrefix("/") else {
            return nil
        }
        return "\(directory)/\(program)/\(name)"
    }
}
