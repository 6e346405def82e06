internal import CChildProcess
private import Glibc
internal import MessageHandling

/// A program, from its start to its end.
enum ChildProcess {
    /// Starts the program, hands its output to `output` and waits for its end.
    ///
    /// Starting blocks the calling thread, and so do the first ``quickWait`` of waiting; the rest
    /// does not. When the task is cancelled the group is sent SIGTERM and, after the grace,
    /// SIGKILL; this returns when the program has ended. The grace is cut where `deadline` says
    /// that the program has to be gone before.
    /// No descriptor and no zombie is left, and of the program's group only processes that have
    /// closed its output. A process that leaves the group (setsid(2)) is out of reach.
    ///
    /// The time it takes is bounded by the limits, but for a program that the kernel does not let
    /// die (uninterruptible sleep): that one holds its message, as it still may act on it.
    ///
    /// - Parameter catchUp: by which the output so far can be asked for.
    static func run<Output: ChildOutput>(
        _ launch: ChildLaunch, limits: ChildLimits, output: Output,
        deadline: CancellationDeadline = CancellationDeadline(), catchUp: OutputCatchUp? = nil
    ) async throws(StartFailure) -> (ending: ChildEnding, output: Output) {
        defer { catchUp?.end() }
        // Before the start, as it may fail: a program that runs and cannot be watched is killed.
        let reactor = try ProcessReactor.shared()
        let child = launch.endsWithDaemon ? try await SpawnThread.start(launch) : try launch.start()
        defer { closeDescriptors(of: child) }
        let events = ChildEvents()
        var supervisor = ChildSupervisor(
            child: child, events: events, limits: limits, output: output, deadline: deadline,
            catchUp: catchUp)
        catchUp?.begin(events)
        if !endsQuickly(child) || !supervisor.isOverAfterExit() {
            deadline.observe { events.post(.hurried) }
            defer { deadline.observe(nil) }
            try await watch(child, by: reactor, events: events, supervisor: &supervisor)
        }
        let (status, memory) = reap(child.pid)
        var ending = supervisor.lifetime.ending(status: status, memory: memory)
        ending.survivors = supervisor.survivors
        return (ending, supervisor.output)
    }

    /// Supervises the child until it has ended, with the news of the reactor.
    private static func watch<Output: ChildOutput>(
        _ child: child_process, by reactor: ProcessReactor, events: ChildEvents,
        supervisor: inout ChildSupervisor<Output>
    ) async throws(StartFailure) {
        let id: UInt64
        do {
            id = try reactor.watch(child, events: events)
        } catch {
            kill(-child.pid, SIGKILL)
            _ = reap(child.pid)
            throw error
        }
        defer { reactor.forget(id) }

        await withTaskCancellationHandler {
            await supervisor.run()
        } onCancel: {
            events.post(.cancelled)
        }
    }

    /// How long the thread waits for the program itself before it leaves that to the reactor.
    ///
    /// Long enough for `/bin/true` on a machine that is busy, and short enough for a thread that is
    /// made to be blocked. Two changes of thread are saved, which cost a program that runs for half
    /// a millisecond a third of its time.
    private static var quickWait: Duration { .milliseconds(10) }

    private static func endsQuickly(_ child: child_process) -> Bool {
        var entry = pollfd(fd: child.ended, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(quickWait / .milliseconds(1))
        return poll(&entry, 1, milliseconds) == 1
    }

    private static func closeDescriptors(of child: child_process) {
        for descriptor in [child.output, child.error, child.ended, child.timer] {
            close(descriptor)
        }
    }

    /// Takes the status of a child that has ended, and what it used.
    private static func reap(_ pid: pid_t) -> (status: ProcessStatus, memory: PeakMemory?) {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) < 0 {
            guard errno == EINTR else { return (.unknown, nil) }
        }
        var own = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &own)
        return (
            ProcessStatus(waitStatus: status),
            PeakMemory(child: usage.ru_maxrss, daemon: own.ru_maxrss)
        )
    }
}

extension ChildLifetime {
    fileprivate func ending(status: ProcessStatus, memory: PeakMemory?) -> ChildEnding {
        ChildEnding(
            status: status, stopReason: stopReason, wasKilled: wasKilled, wasHurried: wasHurried,
            leftProcessesBehind: stopReason == nil && !outputHasEnded, peakMemory: memory)
    }
}
