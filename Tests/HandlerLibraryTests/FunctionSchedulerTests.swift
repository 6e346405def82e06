import HandlerLibrary
import MessageHandling
import Testing

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
        scheduler = FunctionScheduler(
            LambdaSettings(
                functionName: "f",
                program: ExecSettings(command: ["f"], timeout: timeout, daemonEnvironment: [:]),
                concurrency: concurrency, batchSize: batchSize, batchWindow: window))
    }

    mutating func handle(_ event: FunctionScheduler.Event) -> [Effect] {
        scheduler.handle(event, at: now)
    }

    mutating func arrive(_ keys: UInt64..., bytes: Int = 100) -> [Effect] {
        keys.flatMap { handle(.arrived(MessageKey($0), bytes: bytes)) }
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
        keys.map { .settle(MessageKey($0), .verdict(.done)) }
    }

    static func cancelled(_ keys: UInt64...) -> [Self] {
        keys.map { .settle(MessageKey($0), .cancelled) }
    }

    /// The reason with which a message is tried again.
    var retryReason: String? {
        guard case .settle(_, .verdict(let verdict)) = self, verdict.outcome == .retry() else {
            return nil
        }
        return verdict.reason
    }

    var unavailableReason: String? {
        guard case .settle(_, .unavailable(let reason)) = self else { return nil }
        return reason
    }
}

struct FunctionBatchTests {
    private static let first = FunctionScene.first
    private static let second = FunctionScene.second

    @Test func `the first message starts a process, and a batch goes out when it is full`() {
        var scene = FunctionScene()
        #expect(scene.arrive(1) == [.start(Self.first)])
        #expect(scene.ready() == [])
        #expect(scene.arrive(2) == [.invoke(Self.first, 1, 2)])
        #expect(
            scene.handle(.answered(Self.first, [.done, .done]))
                == FunctionScheduler.Effect.done(1, 2))
        #expect(!scene.scheduler.isOver)
    }

    @Test func `a batch that is not full goes out when its window is over`() {
        var scene = FunctionScene(batchSize: 10, window: .seconds(2))
        scene.warmUp()
        let arrival = scene.now
        #expect(scene.arrive(1) == [])
        #expect(scene.pass(.seconds(1)) == [])
        #expect(scene.arrive(2) == [])
        #expect(scene.scheduler.nextWake == arrival + .seconds(2))
        #expect(scene.pass(.seconds(1)) == [.invoke(Self.first, 1, 2)])
    }

    @Test func `without a window the messages of one receive are waited for`() {
        var scene = FunctionScene(batchSize: 10)
        scene.warmUp()
        #expect(scene.arrive(1, 2, 3) == [])
        #expect(scene.scheduler.nextWake == scene.now + LambdaSettings.gatherTime)
        #expect(scene.pass(LambdaSettings.gatherTime) == [.invoke(Self.first, 1, 2, 3)])
    }

    @Test func `a batch of one waits for nothing`() {
        var scene = FunctionScene(batchSize: 1, window: .seconds(60))
        _ = scene.arrive(1)
        #expect(scene.ready() == [.invoke(Self.first, 1)])
    }

    @Test func `an event holds no more than its limit, and one message at least`() {
        var scene = FunctionScene(batchSize: 10)
        scene.warmUp()
        let half = LambdaSettings.eventLimit / 2 - 10
        #expect(scene.arrive(1, 2, bytes: half) == [])
        #expect(
            scene.arrive(3, bytes: half) == [.invoke(Self.first, 1, 2)])
        _ = scene.handle(.answered(Self.first, [.done, .done]))
        #expect(scene.arrive(4, bytes: 2 * LambdaSettings.eventLimit) == [])
        #expect(scene.ready() == [.invoke(Self.first, 3)])
        _ = scene.handle(.answered(Self.first, [.done]))
        #expect(scene.ready() == [.invoke(Self.first, 4)])
    }

    @Test func `more processes start as batches wait, up to the concurrency`() {
        var scene = FunctionScene(concurrency: 2)
        #expect(scene.arrive(1, 2) == [.start(Self.first)])
        #expect(scene.arrive(3) == [.start(Self.second)])
        #expect(scene.arrive(4, 5, 6) == [])
        #expect(scene.ready(Self.second) == [.invoke(Self.second, 1, 2)])
        #expect(scene.ready() == [.invoke(Self.first, 3, 4)])
        #expect(scene.handle(.answered(Self.first, [.done, .done])).count == 2)
        #expect(scene.ready() == [.invoke(Self.first, 5, 6)])
    }

    @Test func `the process used last is used first`() {
        var scene = FunctionScene(concurrency: 2, batchSize: 1)
        _ = scene.arrive(1, 2)
        _ = scene.ready()
        _ = scene.ready(Self.second)
        _ = scene.handle(.answered(Self.second, [.done]))
        _ = scene.ready(Self.second)
        _ = scene.handle(.answered(Self.first, [.done]))
        _ = scene.ready()
        #expect(scene.arrive(3) == [.invoke(Self.first, 3)])
    }

    @Test func `a message that waits is given up at once when it is cancelled`() {
        var scene = FunctionScene()
        _ = scene.arrive(1)
        #expect(scene.handle(.cancelled(MessageKey(1))) == FunctionScheduler.Effect.cancelled(1))
        #expect(scene.ready() == [])
        #expect(scene.arrive(2, 3) == [.invoke(Self.first, 2, 3)])
    }

    @Test func `a cancelled message of a batch is held until the others are answered`() {
        var scene = FunctionScene()
        scene.warmUp()
        _ = scene.arrive(1, 2)
        #expect(scene.handle(.cancelled(MessageKey(1))) == [])
        #expect(
            scene.handle(.answered(Self.first, [.done, .done]))
                == FunctionScheduler.Effect.cancelled(1) + FunctionScheduler.Effect.done(2))
    }

    @Test func `a batch that is cancelled whole ends its process, and is held until it has`() {
        var scene = FunctionScene()
        scene.warmUp()
        _ = scene.arrive(1, 2)
        #expect(scene.handle(.cancelled(MessageKey(2))) == [])
        #expect(scene.handle(.cancelled(MessageKey(1))) == [.end(Self.first)])
        #expect(scene.handle(.answered(Self.first, [.done, .done])) == [])
        #expect(scene.end() == FunctionScheduler.Effect.cancelled(1, 2))
        #expect(scene.arrive(3) == [.start(Self.second)])
    }
}

struct FunctionLifetimeTests {
    private static let first = FunctionScene.first
    private static let second = FunctionScene.second

    @Test func `a process whose time is over is ended, and its batch comes back when it has`() {
        var scene = FunctionScene(timeout: .seconds(30))
        scene.warmUp()
        _ = scene.arrive(1, 2)
        #expect(scene.scheduler.nextWake == scene.now + .seconds(30))
        #expect(scene.pass(.seconds(29)) == [])
        #expect(scene.pass(.seconds(1)) == [.end(Self.first)])
        #expect(scene.arrive(3) == [])
        let effects = scene.end()
        #expect(effects.compactMap(\.retryReason).count == 2)
        #expect(effects[0].retryReason?.contains("30.0 seconds (timeout)") == true)
        #expect(effects.last == .start(Self.second))
    }

    @Test func `a process that does not come back after its answer is ended in time`() {
        var scene = FunctionScene(timeout: .seconds(30))
        scene.warmUp()
        _ = scene.arrive(1, 2)
        _ = scene.handle(.answered(Self.first, [.done, .done]))
        #expect(scene.pass(.seconds(30)) == [.end(Self.first)])
        #expect(scene.end() == [])
    }

    @Test func `a crash brings the batch back and starts another process at once`() {
        var scene = FunctionScene()
        scene.warmUp()
        _ = scene.arrive(1, 2)
        #expect(scene.arrive(3) == [])
        let effects = scene.end(Self.first, "it ended with signal 11")
        #expect(
            effects.compactMap(\.retryReason)
                == Array(repeating: "it ended with signal 11 before it had answered", count: 2))
        #expect(effects.last == .start(Self.second))
    }

    @Test func `crashes with no answer between wait longer each time, and become unavailable`() {
        var scene = FunctionScene(batchSize: 1)
        var reasons: [String?] = []
        var pauses: [Duration] = []
        for number in 1...6 {
            let id = ProcessID(UInt64(number))
            if !scene.arrive(UInt64(number)).contains(.start(id)) {
                let wake = scene.scheduler.nextWake ?? .zero
                pauses.append(wake - scene.now)
                #expect(scene.pass(wake - scene.now) == [.start(id)])
            }
            #expect(scene.ready(id) == [.invoke(id, UInt64(number))])
            reasons.append(scene.end(id).first?.unavailableReason)
        }
        #expect(reasons.map { $0 == nil } == [true, true, true, true, false, false])
        #expect(reasons[4]?.contains("as did the 4 before it") == true)
        #expect(pauses.count == 4 && pauses == pauses.sorted() && pauses[0] > .milliseconds(200))
    }

    @Test func `an answer makes up for the crashes before it`() {
        var scene = FunctionScene(batchSize: 1)
        for number in 1...10 as ClosedRange<UInt64> {
            let id = ProcessID(number)
            #expect(scene.arrive(2 * number).contains(.start(id)))
            _ = scene.ready(id)
            _ = scene.handle(.answered(id, [.done]))
            _ = scene.ready(id)
            _ = scene.arrive(2 * number + 1)
            #expect(scene.end(id).first?.retryReason != nil)
        }
    }

    @Test func `a process that ends after its answers is no trouble`() {
        var scene = FunctionScene(batchSize: 1)
        for number in 1...10 as ClosedRange<UInt64> {
            let id = ProcessID(number)
            #expect(scene.arrive(number) == [.start(id)])
            _ = scene.ready(id)
            #expect(scene.handle(.answered(id, [.done])).count == 1)
            #expect(scene.end(id) == [])
        }
    }

    @Test(arguments: [true, false])
    func `a function that cannot start makes all that waits unavailable`(says: Bool) {
        var scene = FunctionScene(batchSize: 10)
        _ = scene.arrive(1, 2, 3)
        if says {
            #expect(
                scene.handle(.failedToStart(Self.first, "no module")) == [.end(Self.first)])
        }
        let reasons = scene.end(Self.first, "it ended with exit status 1").map(\.unavailableReason)
        #expect(reasons.count == 3)
        let words = says ? "no module" : "exit status 1 before it asked"
        #expect(reasons.allSatisfy { $0?.contains(words) == true })
    }

    @Test func `a process that cannot start leaves what waits to those that can`() {
        var scene = FunctionScene(concurrency: 2, batchSize: 1)
        _ = scene.arrive(1, 2)
        _ = scene.ready()
        #expect(scene.end(Self.second) == [.start(ProcessID(3))])
        #expect(scene.end(ProcessID(3)) == [])
        _ = scene.handle(.answered(Self.first, [.done]))
        #expect(scene.ready() == [.invoke(Self.first, 2)])
    }

    @Test func `a process that never asks is ended after 10 s and the timeout`() {
        var scene = FunctionScene(timeout: .seconds(30))
        _ = scene.arrive(1)
        #expect(scene.pass(.seconds(39)) == [])
        #expect(scene.pass(.seconds(1)) == [.end(Self.first)])
        #expect(scene.ready() == [])
        #expect(scene.end().first?.unavailableReason?.contains("40.0 seconds") == true)
    }

    @Test func `a process whose credentials expire is replaced before the next invocation`() {
        var scene = FunctionScene(batchSize: 1)
        _ = scene.arrive(1)
        _ = scene.ready(staleAt: .seconds(100))
        _ = scene.handle(.answered(Self.first, [.done]))
        _ = scene.ready(staleAt: .seconds(100))
        #expect(scene.pass(.seconds(101)) == [])
        #expect(scene.arrive(2) == [.end(Self.first)])
        #expect(scene.end() == [.start(Self.second)])
        #expect(scene.ready(Self.second) == [.invoke(Self.second, 2)])
    }

    @Test func `a retired function handles what comes at once, and keeps no process`() {
        var scene = FunctionScene(batchSize: 10, window: .seconds(60))
        _ = scene.arrive(1)
        _ = scene.ready()
        #expect(scene.handle(.retire) == [.invoke(Self.first, 1)])
        _ = scene.handle(.answered(Self.first, [.done]))
        #expect(scene.scheduler.isOver == false)
        #expect(scene.ready() == [])
        _ = scene.end()
        #expect(scene.scheduler.isOver)
        #expect(scene.arrive(2) == [.start(Self.second)])
        #expect(scene.ready(Self.second) == [.invoke(Self.second, 2)])
    }

    @Test func `a retired function ends the processes that have nothing to do`() {
        var scene = FunctionScene()
        scene.warmUp()
        #expect(scene.handle(.retire) == [.end(Self.first)])
        #expect(scene.end() == [])
        #expect(scene.scheduler.isOver && scene.scheduler.nextWake == nil)
    }

    @Test func `a shutdown ends every process and settles every message`() {
        var scene = FunctionScene(concurrency: 2, batchSize: 1)
        _ = scene.arrive(1, 2, 3)
        _ = scene.ready()
        let effects = scene.handle(.shutDown)
        #expect(effects.first == .settle(MessageKey(2), .cancelled))
        #expect(effects.count == 4)
        #expect(scene.arrive(4) == FunctionScheduler.Effect.cancelled(4))
        #expect(scene.end(Self.second) == [])
        #expect(scene.end() == FunctionScheduler.Effect.cancelled(1))
        #expect(scene.scheduler.isOver)
    }
}
