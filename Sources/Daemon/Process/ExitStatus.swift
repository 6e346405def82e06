/// How the process ends, in the codes of sysexits(3) that service managers and scripts know.
///
/// The unit names the lasting ones in `RestartPreventExitStatus=`, so that systemd does not start
/// again what cannot work.
package enum ExitStatus: Int32, Sendable {
    case success = 0
    /// EX_DATAERR: what a command was given to look at is not in its format.
    case invalidData = 65
    /// EX_NOINPUT: no queue of the configuration exists, or no file that a command was given.
    case inputMissing = 66
    /// EX_UNAVAILABLE: no credentials were found, or an address could not be listened on.
    case unavailable = 69
    /// EX_SOFTWARE: a fault of the daemon's own.
    case software = 70
    /// EX_CANTCREAT: a file that a command was to write cannot be written.
    case cannotCreate = 73
    /// EX_TEMPFAIL: ended before the stop was complete.
    case temporary = 75
    /// EX_NOPERM: the service refused the credentials, or what they asked for.
    case denied = 77
    /// EX_CONFIG: the configuration is invalid.
    case configuration = 78
}
