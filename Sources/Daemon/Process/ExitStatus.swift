/// How the process ends, in the codes of sysexits(3) that service managers and scripts know.
///
/// The unit names the lasting ones in `RestartPreventExitStatus=`, so that systemd does not start
/// again what cannot work.
package enum ExitStatus: Int32, CaseIterable, Sendable {
    case success = 0
    /// EX_DATAERR.
    case invalidData = 65
    /// EX_NOINPUT.
    case inputMissing = 66
    /// EX_UNAVAILABLE.
    case unavailable = 69
    /// EX_SOFTWARE.
    case software = 70
    /// EX_CANTCREAT.
    case cannotCreate = 73
    /// EX_TEMPFAIL.
    case temporary = 75
    /// EX_NOPERM.
    case denied = 77
    /// EX_CONFIG.
    case configuration = 78

    /// What it says to who reads it.
    package var meaning: String {
        switch self {
        case .success: "All went well; of the daemon, it was asked to stop."
        case .invalidData: "What a command was given to look at is not in its format."
        case .inputMissing: "No queue of the configuration exists, or no file that was named."
        case .unavailable: "No credentials were found, or an address could not be listened on."
        case .software: "A fault of the program's own."
        case .cannotCreate: "A file that a command was to write cannot be written."
        case .temporary: "The daemon ended before its stop was complete, or a passing trouble."
        case .denied: "The service refused the credentials, or what they asked for."
        case .configuration: "The configuration is invalid."
        }
    }
}
