package import SQS

/// What keeps a queue from being served, and whether waiting can help.
package struct StartTrouble: Sendable, Equatable {
    package enum Nature: Sendable, Equatable {
        /// The network, the service or the clock: the same request may succeed later.
        case passing
        /// Somebody must change something first. A start with nothing else ends with this status.
        case lasting(ExitStatus)
    }

    package let nature: Nature
    /// Names what is wrong and what to do.
    package let description: String

    package init(_ nature: Nature, _ description: String) {
        self.nature = nature
        self.description = description
    }

    package init(_ error: SQSError) {
        self.init(
            error.code == SQSError.noCredentials
                ? .lasting(.unavailable) : Self.nature(of: error.kind), error.advised)
    }

    private static func nature(of kind: SQSError.Kind) -> Nature {
        switch kind {
        case .throttled, .transient, .overLimit, .clockSkew, .leaseLost, .cancelled: .passing
        case .credentials, .denied: .lasting(.denied)
        case .missing: .lasting(.inputMissing)
        case .malformed: .lasting(.configuration)
        }
    }
}
