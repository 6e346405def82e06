import Daemon
import SQS

/// A redrive that the service does by itself, followed to its end.
struct MoveTaskRun {
    struct Ending {
        var moved = 0
        /// Why the messages, or those that are left, have to be copied; nil where all is done.
        var copiesBecause: String?
    }

    /// Soon enough for a short task, and seldom enough for a long one.
    private static let pauses: [Duration] = [.milliseconds(100), .milliseconds(300), .seconds(1)]

    let service: SQSClient
    let sourceARN: String
    let destinationARN: String?
    let rate: Int?
    let interruption: Interruption

    /// - Throws: what passes, or is to be told: nothing was copied then.
    func toTheEnd() async throws -> Ending {
        do throws(SQSError) {
            let tasks = try await service.moveTasks(from: sourceARN)
            switch MoveTaskPlan(tasks: tasks, destinationARN: destinationARN) {
            case .follow:
                Terminal.line(
                    "The service is moving them already; followed to its end.", to: .error)
            case .refuse(let reason):
                throw SQSError(.throttled, code: "MoveTaskRunning", reason)
            case .start:
                try await service.startMoveTask(
                    from: sourceARN, to: destinationARN, messagesPerSecond: rate)
            }
        } catch {
            guard MoveTaskPlan.copies(after: error) else { throw error }
            return Ending(copiesBecause: error.description)
        }
        return try await follow()
    }

    private func follow() async throws -> Ending {
        var progress = ProgressLine()
        defer { progress.clear() }
        var looks = 0
        var isCancelled = false
        while true {
            let tasks = try await Persistence.call { () async throws(SQSError) in
                try await service.moveTasks(from: sourceARN)
            }
            guard let task = tasks.first(where: \.isActive) ?? tasks.first else {
                return Ending(copiesBecause: "the service does not list the task it started")
            }
            guard task.isActive else {
                let reason = task.failureReason ?? "no reason given"
                return Ending(
                    moved: task.moved,
                    copiesBecause: task.status == .failed ? "its task failed: \(reason)" : nil)
            }
            progress.show("Moved \(task.moved)" + (task.total.map { " of about \($0)" } ?? ""))
            if interruption.isRequested, !isCancelled, let handle = task.handle {
                try await service.cancelMoveTask(handle)
                isCancelled = true
            }
            try await Task.sleep(for: Self.pauses[min(looks, Self.pauses.count - 1)])
            looks += 1
        }
    }
}
