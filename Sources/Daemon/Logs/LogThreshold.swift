package import Logging
import Synchronization

/// The level from which on a daemon logs: one for all loggers of the process, so that a reload
/// changes it for those that are there already.
package final class LogThreshold: Sendable {
    /// The place of the level among all: read for every line.
    private let place: Atomic<Int>

    package init(_ level: Logger.Level) {
        place = Atomic(Self.place(of: level))
    }

    package var level: Logger.Level {
        get { Logger.Level.allCases[place.load(ordering: .relaxed)] }
        set { place.store(Self.place(of: newValue), ordering: .relaxed) }
    }

    private static func place(of level: Logger.Level) -> Int {
        Logger.Level.allCases.firstIndex(of: level) ?? 0
    }
}
