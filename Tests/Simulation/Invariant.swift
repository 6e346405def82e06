package import SubscriberEngine

/// The promises of the daemon, in their order, that a run is watched for.
package enum Invariant: Int, Sendable, CaseIterable {
    case handledBeforeDeleted = 1
    case nothingForgotten
    case nothingHoarded
    case leasesKept
    case groupsInOrder
    case queueSettingsRespected
    case loopsBackOff
    case stopIsLossless
    case reloadIsLossless
    case partialFailuresCount
    case memoryBounded
    case idleCostsNothing

    package var title: String {
        switch self {
        case .handledBeforeDeleted: "nothing is deleted unless handled"
        case .nothingForgotten: "nothing is forgotten"
        case .nothingHoarded: "nothing is hoarded"
        case .leasesKept: "no lease lapses while the message is held"
        case .groupsInOrder: "groups stay in order"
        case .queueSettingsRespected: "the queue's own settings are respected"
        case .loopsBackOff: "every loop backs off"
        case .stopIsLossless: "a stop is lossless"
        case .reloadIsLossless: "a reload is lossless"
        case .partialFailuresCount: "partial failures count"
        case .memoryBounded: "memory is bounded"
        case .idleCostsNothing: "idle costs nothing"
        }
    }
}

/// A promise that was broken, when, and how.
package struct Violation: Sendable, CustomStringConvertible {
    package let seed: UInt64
    package let at: Instant
    package let invariant: Invariant
    package let what: String

    package var description: String {
        "seed \(seed), at \(at.sinceStart): invariant \(invariant.rawValue), \(invariant.title): "
            + what
    }
}
