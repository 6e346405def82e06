package import NIOCore
import NIOPosix

/// A thread that carries connections, and what follows from what comes over them.
///
/// As a task executor it runs tasks between the events of its connections, so that an answer, what
/// is decided on it and the next request need no other thread. Whatever runs on it must end soon:
/// everything else on it waits.
///
/// Lives as long as the process: a job that came after its end would never run.
package final class NetworkThread: TaskExecutor {
    /// The thread of this process's requests, and of its engine.
    package static let shared = NetworkThread()

    /// What transports and servers of this thread are made with.
    package let loop: any EventLoop
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    package init() {
        loop = group.next()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Waits, by a timer of the loop: other than `Task.sleep` it needs no thread of Dispatch, which
    /// would be started anew for each wait of some seconds. Time that the machine slept does not
    /// count. Throws when the task is cancelled.
    package func sleep(for duration: Duration) async throws {
        let timer = loop.scheduleTask(in: TimeAmount(duration)) {}
        try await withTaskCancellationHandler {
            try await timer.futureResult.get()
        } onCancel: {
            timer.cancel()
        }
    }
}
