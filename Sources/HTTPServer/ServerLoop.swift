package import NIOCore
import NIOPosix

/// Where a server works: its connections, and what makes the answers.
package struct ServerLoop: Sendable {
    let group: any EventLoopGroup
    let executor: (any TaskExecutor)?

    /// A thread of the server's own, which nothing else can hold up.
    ///
    /// - Parameter executor: runs tasks on the loop. It must live as long as the process.
    package init(_ loop: any EventLoop, executor: any TaskExecutor) {
        group = loop
        self.executor = executor
    }

    private init(group: any EventLoopGroup) {
        self.group = group
        executor = nil
    }

    /// The loops that all of the process may use; answers are made on the threads of all tasks.
    package static let common = ServerLoop(group: MultiThreadedEventLoopGroup.singleton)
}
