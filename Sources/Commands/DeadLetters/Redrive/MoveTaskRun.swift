import Daemon
import SQS

/// A redrive that the service does by itself, followed to its end.
struct MoveTaskRun {
    struct Ending {
        var moved = 0
        /// Why the messages, or those that are left, have to be copied; nil where all is done.
        var copiesBecause: String?
        /// Whether it was cancelled, so that messages are left.
        var isCancelled = false
    }

    /// Soon enough for a short task, and seldom enough for a long one.
    private static let pauses: [Duration] = [.milliseconds(100), .milliseconds(300), .seconds(1)]
    /// So many looks are enough for a task that was started to be listed.
    private static let patience = 10

    let service: SQSClient
    let sourceARN: String
    let destinationARN: String?
    let rate: Int?
    let interruption: Interruption

    /// - Throws: what passes, or is to be told: nothing was copied then.
    func toTheEnd() async throws -> Ending {
        let before: [MoveTask]
        do throws(SQSError) {
            before = try await service.moveTasks(from: sourceARN)
            switch MoveTaskPlan(tasks: before, destinationARN: destinationARN) {
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
        return try await follow(before: before)
    }

    /// - Parameter before: the tasks that were listed before.
    private func follow(before: [MoveTask]) async throws -> Ending {
        var progress = ProgressLine()
        defer { progress.clear() }
        var looks = 0
        var isCancelled = false
        var moved = 0
        while true {
            let tasks = try await Persistence.call { () async throws(SQSError) in
                try await service.moveTasks(from: sourceARN)
            }
            if let task = tasks.followed(before: before) {
                if let ending = Self.ending(of: task) { return ending }
                moved = task.moved
                progress.show("Moved \(moved)" + (task.total.map { " of about \($0)" } ?? ""))
                if interruption.isRequested, !isCancelled, let handle = task.handle {
                    isCancelled = try await cancel(handle)
                }
            } else if looks >= Self.patience {
                return Ending(
                    moved: moved, copiesBecause: "the service does not list the task it started")
            }
            try await Task.sleep(for: Self.pauses[min(looks, Self.pauses.count - 1)])
            looks += 1
        }
    }

    /// Nil while it runs.
    private static func ending(of task: MoveTask) -> Ending? {
        switch task.status {
        case .running, .cancelling: return nil
        case .completed: return Ending(moved: task.moved)
        case .cancelled: return Ending(moved: task.moved, isCancelled: true)
        case .failed:
            let reason = task.failureReason ?? "no reason given"
            return Ending(moved: task.moved, copiesBecause: "its task failed: \(reason)")
        case nil:
            return Ending(
                moved: task.moved, copiesBecause: "the service does not say how its task ended")
        }
    }

    /// Whether there is nothing more to ask for. A task that has ended meanwhile cannot be
    /// cancelled: the next look says how it ended.
    private func cancel(_ handle: String) async throws(SQSError) -> Bool {
        do throws(SQSError) {
            try await service.cancelMoveTask(handle)
            return true
        } catch {
            switch error.kind {
            case .missing, .malformed: return true
            case .throttled, .transient, .overLimit: return false
            case .credentials, .clockSkew, .denied, .leaseLost, .cancelled: throw error
            }
        }
    }
}
