import HandlerLibrary
import MessageHandling

/// A scheduler with its time, and names for what goes in and comes out.
struct FunctionScene {
    typealias Effect = FunctionScheduler.Effect

    static let first = ProcessID(1)
    static let second = ProcessID(2)

    var scheduler: FunctionScheduler
    private(set) var now: Duration = .zero
    private let window: Duration

    init(
        concurrency: Int = 1, batchSize: Int = 2, window: Duration = .zero,
        timeout: Duration = .seconds(30)
    ) {
        self.window = window
        var settings = LambdaSettings(command: ["f"])
        settings.timeout = timeout
        settings.concurrency = concurrency
        settings.batchSize = batchSize
        settings.batchWindow = window
        scheduler = FunctionScheduler(settings)
    }

    mutating func handle(_ event: FunctionScheduler.Event) -> [Effect] {
        scheduler.handle(event, at: now)
    }

    mutating func arrive(_ keys: UInt64..., bytes: Int = 100) -> [Effect] {
        keys.flatMap { handle(.arrived([MessageKey($0)], bytes: [bytes])) }
    }

    mutating func arriveTogether(_ keys: UInt64..., bytes: Int = 100) -> [Effect] {
        handle(.arrived(keys.map(MessageKey.init), bytes: keys.map { _ in bytes }))
    }

    mutating func ready(_ id: ProcessID = first, staleAt: Duration? = nil) -> [Effect] {
        handle(.ready(id, staleAt: staleAt))
    }

    mutating func end(_ id: ProcessID = first, _ text: String = "it ended") -> [Effect] {
        handle(.ended(id, text, fraction: 0.5))
    }

    mutating func pass(_ duration: Duration) -> [Effect] {
        now += duration
        return handle(.timePassed)
    }

    /// Everything up to a first process that waits for work.
    mutating func warmUp() {
        _ = arrive(1000)
        _ = ready()
        _ = pass(max(window, LambdaSettings.gatherTime))
        _ = handle(.answered(Self.first, [.done]))
        _ = ready()
    }
}

extension FunctionScheduler.Effect {
    static func invoke(_ id: ProcessID, _ keys: UInt64...) -> Self {
        .invoke(id, keys.map(MessageKey.init))
    }

    static func done(_ keys: UInt64...) -> [Self] {
        keys.map { .settle(MessageKey($0), .done) }
    }

    static func cancelled(_ keys: UInt64...) -> [Self] {
        keys.map { .settle(MessageKey($0), .cancelled) }
    }

    /// The reason with which a message is tried again.
    var retryReason: String? {
        guard case .settle(_, let finding) = self, finding.result == .retry() else {
            return nil
        }
        return finding.reason
    }

    /// What keeps the function from working, as who asked is told.
    var answerReason: String? {
        guard case .answer(_, let reason) = self else { return nil }
        return reason
    }

    var unavailableReason: String? {
        guard case .settle(_, let finding) = self, case .unavailable(let reason) = finding.result
        else { return nil }
        return reason
    }
}
