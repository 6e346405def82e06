import Glibc
import HandlerLibrary
import Testing

/// What is told of a program's end besides its status.
struct ExecResultTests {
    private static let large = PeakMemory.bytes(300 << 20)

    @Test(
        arguments: [
            (ChildEnding(status: .exited(1), peakMemory: large), 1, ""),
            (ChildEnding(status: .signalled(SIGSEGV), peakMemory: large), 1, ""),
            (ChildEnding(status: .signalled(SIGKILL), stopReason: .timeout), 1, ""),
            (ChildEnding(status: .signalled(SIGKILL), peakMemory: .atMost(1 << 20)), 0, ""),
            (
                ChildEnding(status: .signalled(SIGKILL), peakMemory: large), 0,
                " at 300.0 MiB of memory"
            ),
            (
                ChildEnding(status: .signalled(SIGKILL), peakMemory: large), 1,
                " at 300.0 MiB of memory; the kernel has ended a process of this service once for "
                    + "want of memory (MemoryMax= of the unit)"
            ),
            (
                ChildEnding(status: .signalled(SIGKILL)), 2,
                "; the kernel has ended a process of this service 2 times for want of memory "
                    + "(MemoryMax= of the unit)"
            ),
        ] as [(ChildEnding, Int, String)])
    func `a SIGKILL that is not the daemon's is told with the memory behind it`(
        ending: ChildEnding, kills: Int, hint: String
    ) {
        #expect(ExecResult(ending: ending, memoryKills: { kills }).hint == hint)
    }

    @Test(arguments: [
        ("0::/system.slice/sqs-subscriber.service\n", "/system.slice/sqs-subscriber.service"),
        ("12:memory:/x\n0::/\n", "/"), ("12:memory:/x\n", nil), ("", nil),
    ])
    func `the cgroup of the service is found`(text: String, path: String?) {
        #expect(OutOfMemory.cgroup(in: text).map(String.init) == path)
    }

    @Test(arguments: [
        ("low 0\nhigh 0\nmax 17\noom 3\noom_kill 2\noom_group_kill 0\n", 2),
        ("oom_kill many", 0), ("", 0),
    ])
    func `its kills are counted`(events: String, count: Int) {
        #expect(OutOfMemory.kills(in: events) == count)
    }
}
