import Glibc

/// Why something that must not be lost was not taken.
package enum OutputFailure: Error, Equatable {
    /// The kernel's refusal, an `errno` value.
    case refused(Int32)
    /// The reader did not take it in the time that there is.
    case unread
    /// The task was cancelled meanwhile.
    case cancelled

    /// - Parameter code: a negative `errno` value.
    init(code: Int32) {
        self =
            switch -code {
            case ETIMEDOUT, EAGAIN: .unread
            case ECANCELED: .cancelled
            case let refusal: .refused(refusal)
            }
    }

    /// The kernel's words for a refusal; nil for a wait that ended.
    package var text: String? {
        switch self {
        case .refused(let code): SystemError.text(code)
        case .unread, .cancelled: nil
        }
    }
}
