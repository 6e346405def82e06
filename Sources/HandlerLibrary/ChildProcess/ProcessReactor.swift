internal import CChildProcess
private import Dispatch
private import Glibc
internal import Synchronization

/// Tells each child's ``ChildEvents`` what its descriptors have to say.
///
/// One thread waits for all children of the process (epoll(7)), so that a running program costs no
/// thread and no poll. It does nothing but pass news on: output is read, logged and judged by the
/// task that waits for the child, and none of that can hold up the timeouts of the others.
///
/// Dispatch sources would do the same with a thread change more per event and one per source added
/// and removed, which a program that runs for a millisecond notices.
final class ProcessReactor: Sendable {
    /// How many events one call takes from the kernel. More wait for the next call.
    private static let eventsPerWait = 64

    private struct State {
        var children: [UInt64: ChildEvents] = [:]
        var lastID: UInt64 = 0
    }

    private let epoll: Int32
    private let state = Mutex(State())

    private static let only = Mutex<ProcessReactor?>(nil)

    /// The reactor of this process; made, with its thread, when first asked for.
    static func shared() throws(StartFailure) -> ProcessReactor {
        try only.withLock { reactor throws(StartFailure) in
            if let reactor { return reactor }
            let made = try ProcessReactor()
            reactor = made
            return made
        }
    }

    private init() throws(StartFailure) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw StartFailure(code: errno, step: .pipes) }
        // A serial queue whose one block never returns is a thread with a name.
        DispatchQueue(label: "sqs-subscriber.child-processes").async { [self] in run() }
    }

    /// Passes the child's news to `events` until ``forget(_:)``. Ids are never used again.
    func watch(_ child: child_process, events: ChildEvents) throws(StartFailure) -> UInt64 {
        let id = state.withLock { state in
            state.lastID += 1
            state.children[state.lastID] = events
            return state.lastID
        }
        let sources: [(Int32, Source)] = [
            (child.output, .output), (child.error, .error), (child.ended, .end),
            (child.timer, .timer),
        ]
        for (descriptor, source) in sources {
            // Edge-triggered: said once for each change, so nothing has to be re-armed and a
            // descriptor that is not read yet does not spin. The reader reads until EAGAIN.
            var event = epoll_event(
                events: EPOLLIN.rawValue | EPOLLET.rawValue,
                data: epoll_data(u64: id << Source.bits | source.rawValue))
            guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
                let failure = StartFailure(code: errno, step: .watch)
                forget(id)
                throw failure
            }
        }
        return id
    }

    /// Stops passing news on. The kernel drops the descriptors when the caller closes them.
    func forget(_ id: UInt64) {
        state.withLock { state in state.children[id] = nil }
    }

    private func run() {
        var events = [epoll_event](repeating: epoll_event(), count: Self.eventsPerWait)
        while true {
            let count = epoll_wait(epoll, &events, Int32(events.count), -1)
            precondition(count >= 0 || errno == EINTR, "epoll_wait: errno \(errno)")
            for event in events.prefix(max(0, Int(count))) { pass(event) }
        }
    }

    private func pass(_ event: epoll_event) {
        let child = state.withLock { state in
            state.children[event.data.u64 >> Source.bits]
        }
        guard let child,
            let source = Source(rawValue: event.data.u64 & ((1 << Source.bits) - 1))
        else { return }
        child.post(source.news(of: event.events))
    }

    /// Which of a child's descriptors it is.
    private enum Source: UInt64 {
        case output, error, end, timer

        static let bits: UInt64 = 2

        func news(of events: UInt32) -> ChildEvents.News {
            // Hung up and nothing to read: there is no need to read for knowing that it is over.
            let isOver = events & EPOLLIN.rawValue == 0
            return switch self {
            case .output: isOver ? .outputEnded : .outputReadable
            case .error: isOver ? .errorEnded : .errorReadable
            case .end: .exited
            case .timer: .timer
            }
        }
    }
}
