internal import CChildProcess
private import Glibc
internal import MessageHandling

/// Carries out what ``ChildLifetime`` decides for one running child, and reads its output.
struct ChildSupervisor<Output: ChildOutput> {
    /// What one read takes at most: all that a pipe holds by default, pipe(7).
    private static var readSize: Int { 65_536 }
    /// How much is read before the lane is offered to others and the timer is looked at: a program
    /// that writes without end must starve neither.
    private static var readsPerTurn: Int { 4 }

    private let child: child_process
    private let events: ChildEvents
    private let deadline: CancellationDeadline
    private let catchUp: OutputCatchUp?
    /// Who holds the output that was given up, see ``ChildEnding/survivors``.
    private(set) var survivors: [String] = []
    private(set) var lifetime: ChildLifetime
    private(set) var output: Output
    private var streams = [OutputStream.output: StreamState(), .error: StreamState()]
    private var buffer: [UInt8] = []

    private struct StreamState {
        var mayHaveMore = false
        var hasEnded = false
    }

    init(
        child: child_process, events: ChildEvents, limits: ChildLimits, output: Output,
        deadline: CancellationDeadline, catchUp: OutputCatchUp?
    ) {
        self.child = child
        self.events = events
        self.deadline = deadline
        self.catchUp = catchUp
        self.lifetime = ChildLifetime(limits: limits)
        self.output = output
    }

    /// Reads what a child left that has ended before anything watched it, which is no more than its
    /// pipes hold, and says whether that is all. If not, something it started holds its output, and
    /// ``run()`` goes on.
    mutating func isOverAfterExit() -> Bool {
        take([.exited, .outputReadable, .errorReadable])
        return lifetime.isFinished
    }

    /// Returns when the child has ended and its output is read or given up. It is to be reaped.
    mutating func run() async {
        if !lifetime.hasExited { perform(lifetime.start()) }
        while !lifetime.isFinished {
            take(await nextNews())
        }
        if !lifetime.outputHasEnded { survivors = OutputHolders.outside(child) }
        // What was cut off gets its end too.
        for stream in [OutputStream.output, .error] { end(stream) }
    }

    private func nextNews() async -> ChildEvents.News {
        if streams.values.contains(where: \.mayHaveMore) {
            await Task.yield()
            return events.take()
        }
        return await events.next(of: lifetime.hasExited ? .all : .whileRunning)
    }

    private mutating func take(_ news: ChildEvents.News) {
        // Those who ask later have a turn of their own.
        let isAsked = news.contains(.asked)
        let askers = isAsked ? catchUp?.takeAskers() ?? [] : []
        follow(
            .output, readable: isAsked || news.contains(.outputReadable),
            over: news.contains(.outputEnded))
        follow(
            .error, readable: isAsked || news.contains(.errorReadable),
            over: news.contains(.errorEnded))
        for asker in askers { asker.resume() }
        if !lifetime.outputHasEnded, streams.values.allSatisfy(\.hasEnded) {
            perform(lifetime.handle(.outputEnded))
        }
        // The exit first: a child that ended just in time has ended in time.
        if news.contains(.exited) { perform(lifetime.handle(.exited)) }
        if news.contains(.timer), timerHasFired() { perform(lifetime.handle(.timerFired)) }
        if news.contains(.cancelled) { perform(lifetime.handle(.cancelled(within: graceLeft))) }
        if news.contains(.hurried), let graceLeft {
            perform(lifetime.handle(.hurried(within: graceLeft)))
        }
    }

    /// The time left until SIGKILL at the latest; nil where there is no deadline.
    private var graceLeft: Duration? {
        deadline.moment.map { max(.zero, $0 - ChildLimits.killMargin - .now) }
    }

    private mutating func perform(_ effects: [ChildLifetime.Effect]) {
        for effect in effects {
            switch effect {
            case .terminate:
                kill(-child.pid, SIGTERM)
                // A stopped process takes its SIGTERM only when it goes on.
                kill(-child.pid, SIGCONT)
            case .kill: kill(-child.pid, SIGKILL)
            case .setTimer(let duration): setTimer(duration)
            case .shortenTimer(let duration): shortenTimer(duration)
            case .finish: break
            }
        }
    }
}

// The output.
extension ChildSupervisor {
    private mutating func follow(_ stream: OutputStream, readable: Bool, over: Bool) {
        if over {
            end(stream)
        } else if readable || streams[stream]?.mayHaveMore == true {
            read(stream)
        }
    }

    /// Reads until the pipe is empty, at its end, or the turn is over.
    private mutating func read(_ stream: OutputStream) {
        guard streams[stream]?.hasEnded == false else { return }
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.readSize) }
        let descriptor = stream == .output ? child.output : child.error
        for _ in 0..<Self.readsPerTurn {
            let count = buffer.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                output.receive(buffer[..<count], from: stream)
            } else if count < 0 && errno == EINTR {
                continue
            } else if count < 0 && errno == EAGAIN {
                streams[stream]?.mayHaveMore = false
                return
            } else {
                end(stream)
                return
            }
        }
        streams[stream]?.mayHaveMore = true
    }

    private mutating func end(_ stream: OutputStream) {
        guard streams[stream]?.hasEnded == false else { return }
        streams[stream] = StreamState(mayHaveMore: false, hasEnded: true)
        output.end(of: stream)
    }
}

// The timer.
extension ChildSupervisor {
    private func setTimer(_ duration: Duration) {
        // Zero would disarm it.
        let (seconds, attoseconds) = max(duration, .nanoseconds(1)).components
        var setting = itimerspec()
        setting.it_value.tv_sec = Int(seconds)
        setting.it_value.tv_nsec = Int(attoseconds / 1_000_000_000)
        timerfd_settime(child.timer, 0, &setting, nil)
    }

    /// One that has fired already stays so.
    private func shortenTimer(_ duration: Duration) {
        var setting = itimerspec()
        timerfd_gettime(child.timer, &setting)
        let left =
            Duration.seconds(setting.it_value.tv_sec) + .nanoseconds(setting.it_value.tv_nsec)
        if duration < left { setTimer(duration) }
    }

    /// Whether the timer, as it is set now, has fired: the news may be of an earlier setting.
    private func timerHasFired() -> Bool {
        var expirations: UInt64 = 0
        return Glibc.read(child.timer, &expirations, MemoryLayout<UInt64>.size) > 0
    }
}
