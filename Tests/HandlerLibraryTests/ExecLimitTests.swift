import FoundationEssentials
import Glibc
import HandlerLibrary
import Logging
import MessageHandling
import TestKit
import Testing

/// What a program may use, and what is said of what it used.
@Suite(.timeLimit(.minutes(2)))
struct ExecLimitTests {
    private func output(
        of command: [String], _ change: (inout ExecSettings) -> Void
    ) async throws -> [String] {
        let log = LogRecorder()
        _ = try await handle(message(), by: program(command, change), log: log)
        return log.lines(of: "stdout")
    }

    @Test func `nice is added to the daemon's own`() async throws {
        let own = try #require(Int(try await output(of: ["nice"]) { _ in }.first ?? ""))
        let nicer = try await output(of: ["nice"]) { $0.limits.niceness = 7 }
        #expect(nicer == ["\(min(19, own + 7))"])
    }

    @Test func `memory_max is the limit of the program and of what it starts`() async throws {
        let script = "ulimit -v; ulimit -Hv; sh -c 'ulimit -v'"
        let limits = try await output(of: ["sh", "-c", script]) { $0.limits.memory = 512 << 20 }
        #expect(limits == Array(repeating: "\(512 << 10)", count: 3))
    }

    @Test func `an allocation beyond memory_max fails, and the message comes back`() async throws {
        // tail keeps what it may have to print.
        let script = "head -c 200000000 /dev/zero | tail -c 200000000 | wc -c | grep -q 200000000"
        let enough = program(["sh", "-c", script]) { $0.limits.memory = 1 << 30 }
        let less = program(["sh", "-c", script]) { $0.limits.memory = 100 << 20 }
        #expect(try await handle(message(), by: enough) == .done)
        #expect(try await handle(message(), by: less) == .retry())
    }

    @Test func `a limit that no program fits in does not lose the message`() async {
        let settings = program(["/bin/cat"]) { $0.limits.memory = 4096 }
        do {
            #expect(try await handle(message(), by: settings) == .retry())
        } catch {
            #expect("\(error)".contains("memory_max"))
        }
    }

    @Test func `the notes say status and peak memory`() async throws {
        let log = LogRecorder()
        let script = "head -c 900000000 /dev/zero | tail -c 900000000 > /dev/null; exit 3"
        #expect(try await handle(message(), by: shell(script), log: log) == .retry())
        let fields = try #require(log.details.first?.fields)
        #expect(fields["exit_status"] == "3")
        // Larger than the tests themselves ever are.
        #expect(Int(try #require(fields["peak_memory"])) ?? 0 >= 900_000_000)
    }

    @Test func `of a small program no memory is given, as it would be the daemon's own`()
        async throws
    {
        let log = LogRecorder()
        #expect(try await handle(message(), by: program(["true"]), log: log) == .done)
        #expect(log.details.first?.fields == ["exit_status": "0"])
    }

    @Test func `a signal is in the notes`() async throws {
        let log = LogRecorder()
        #expect(try await handle(message(), by: shell("kill -9 $$"), log: log) == .retry())
        #expect(log.endings.first?.hasPrefix("killed by SIGKILL") == true)
        #expect(log.details.first?.fields["exit_signal"] == "9")
    }

    @Test(arguments: [(65, false), (2, true), (3, true), (1, false)])
    func `reject_exit names the statuses that reject`(status: Int, rejects: Bool) async throws {
        let settings = program(["sh", "-c", "exit \(status)"]) { $0.rejectStatuses = [2, 3] }
        let outcome = try await handle(message(), by: settings)
        let expected: HandlerResult =
            rejects
            ? .reject(reason: "the program rejected the message with exit status \(status)")
            : .retry()
        #expect(outcome == expected)
    }
}
