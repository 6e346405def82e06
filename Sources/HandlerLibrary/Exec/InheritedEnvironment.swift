/// What of the daemon's environment a handler's program may see.
package enum InheritedEnvironment {
    /// What programs need to find their way around, and nothing that opens a door: no credential,
    /// no socket of the service manager. `LC_*` in addition.
    private static let passedDown: Set<String> = [
        "HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "TMPDIR", "TZ", "USER",
    ]

    /// What of the daemon's environment is passed down.
    package static func passedDown(of environment: [String: String]) -> [String: String] {
        environment.filter { isPassedDown($0.key) }
    }

    /// Whether a handler's program gets the variable. Everything else has to be set for it by
    /// `environment`.
    package static func isPassedDown(_ name: String) -> Bool {
        passedDown.contains(name) || name.hasPrefix("LC_")
    }

    /// What systemd sets for the service's own process, `systemd.exec(5)` and `sd_notify(3)`: a
    /// child that took it at its word would speak to the service manager in the daemon's name.
    package static func belongsToDaemonAlone(_ name: String) -> Bool {
        daemonsOwn.contains(name) || name.hasPrefix("WATCHDOG_") || name.hasPrefix("LISTEN_")
    }

    private static let daemonsOwn: Set<String> = [
        "CREDENTIALS_DIRECTORY", "INVOCATION_ID", "JOURNAL_STREAM", "MAINPID", "MANAGERPID",
        "NOTIFY_SOCKET", "SYSTEMD_EXEC_PID",
    ]
}
