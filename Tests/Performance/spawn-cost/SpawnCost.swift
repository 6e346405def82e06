import HandlerLibrary
import Logging
import MessageHandling
import SubscriberEngine

/// Runs `/bin/true` for each of some messages, through the exec handler and on the daemon's worker
/// pool, and prints how many seconds that took: `spawn-cost COUNT PARALLELISM`.
@main
struct SpawnCost {
    static func main() async throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard numbers.count == 2 else {
            print("usage: spawn-cost COUNT PARALLELISM")
            return
        }
        let (count, parallelism) = (numbers[0], numbers[1])
        var settings = ExecSettings()
        settings.command = ["/bin/true"]
        settings.inheritedEnvironment = ["PATH": "/usr/bin:/bin"]
        let handler = ExecHandler(settings)
        let context = HandlerContext(
            handlerName: "true", logger: Logger(label: "true") { _ in SwiftLogNoOpLogHandler() })
        let message = Message(
            id: "m", receiptHandle: "r", body: String(repeating: "x", count: 256),
            queue: Queue(name: "q", url: "http://127.0.0.1/000000000000/q"))
        let workers = WorkerPool(lanes: parallelism)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<parallelism {
                let share = count / parallelism + (lane < count % parallelism ? 1 : 0)
                group.addTask(executorPreference: workers) {
                    for _ in 0..<share {
                        guard try await handler.handle(message, context: context) == .done else {
                            throw HandlerUnavailable("/bin/true failed")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        print((ContinuousClock.now - start) / .seconds(1))
    }
}
