internal import CChildProcess
private import Dispatch
private import Synchronization

/// Starts programs that are to die with the daemon.
///
/// The kernel ties a child's death signal to the *thread* that started it, prctl(2), and Dispatch
/// ends threads as it likes. This one never ends, so the signal comes with the death of the process
/// and not before.
enum SpawnThread {
    private typealias Start = @Sendable () -> Void

    private static let waiting = Mutex<[Start]>([])
    private static let arrived: DispatchSemaphore = {
        let arrived = DispatchSemaphore(value: 0)
        // A serial queue whose one block never returns is a thread with a name.
        DispatchQueue(label: "sqs-subscriber.spawn").async {
            while true {
                arrived.wait()
                let start = waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                start?()
            }
        }
        return arrived
    }()

    /// Starts the program, one after the other. Blocks no thread of the caller's.
    static func start(_ launch: ChildLaunch) async throws(StartFailure) -> child_process {
        let result = await withCheckedContinuation { continuation in
            waiting.withLock {
                $0.append {
                    let result = Result { () throws(StartFailure) in try launch.start() }
                    continuation.resume(returning: result)
                }
            }
            arrived.signal()
        }
        return try result.get()
    }
}
