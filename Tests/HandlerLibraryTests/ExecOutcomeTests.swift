import Glibc
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

struct ExecOutcomeTests {
    private static let limits = ChildLimits(timeout: .seconds(30), killGrace: .seconds(5))

    enum Expected { case done, retry, reject }

    @Test(
        arguments: [
            (ChildEnding(status: .exited(0)), .done, []),
            (ChildEnding(status: .exited(0), leftProcessesBehind: true), .done, []),
            (ChildEnding(status: .exited(65)), .reject, ["65", "EX_DATAERR"]),
            (ChildEnding(status: .exited(75)), .retry, ["75", "EX_TEMPFAIL"]),
            (ChildEnding(status: .exited(1)), .retry, ["exit status 1"]),
            (ChildEnding(status: .exited(2)), .retry, ["exit status 2"]),
            (ChildEnding(status: .exited(64)), .retry, ["exit status 64"]),
            (ChildEnding(status: .exited(66)), .retry, ["exit status 66"]),
            (ChildEnding(status: .exited(126)), .retry, ["exit status 126"]),
            (ChildEnding(status: .exited(255)), .retry, ["exit status 255"]),
            (ChildEnding(status: .signalled(SIGKILL)), .retry, ["killed by SIGKILL"]),
            (ChildEnding(status: .signalled(SIGSEGV)), .retry, ["killed by SIGSEGV"]),
            (ChildEnding(status: .signalled(64)), .retry, ["killed by signal 64"]),
            (ChildEnding(status: .unknown), .retry, ["another part"]),
            (
                ChildEnding(status: .exited(0), stopReason: .timeout), .retry,
                ["still running after 30 s (timeout)"]
            ),
            (ChildEnding(status: .exited(65), stopReason: .timeout), .retry, ["timeout"]),
            (
                ChildEnding(status: .signalled(SIGKILL), stopReason: .timeout, wasKilled: true),
                .retry, ["30 s", "group was terminated, and killed 5 s later"]
            ),
            (ChildEnding(status: .exited(0), stopReason: .cancelled), .retry, ["cancelled"]),
        ] as [(ChildEnding, Expected, [String])])
    func `only a status of 0, not told to end, is done`(
        ending: ChildEnding, expected: Expected, words: [String]
    ) {
        let finding = ExecOutcome.finding(of: ending, limits: Self.limits)
        switch (finding.result, expected) {
        case (.outcome(.done), .done), (.outcome(.retry(after: nil)), .retry),
            (.outcome(.reject), .reject):
            break
        default: Issue.record("\(finding.result) instead of \(expected)")
        }
        #expect((finding.reason == nil) == (expected == .done))
        for word in words { #expect(finding.reason?.contains(word) == true, "\(finding)") }
    }

    @Test(arguments: [
        ("exit 0", HandlerResult.done), ("exit 75", .retry()), ("exit 3", .retry()),
        ("kill -9 $$", .retry()), ("kill -HUP $$", .retry()),
        (
            "exit 65",
            .reject(reason: "the program rejected the message with exit status 65 (EX_DATAERR)")
        ),
    ])
    func `a real program's end becomes the outcome, and every other end than 0 is noted`(
        script: String, outcome: HandlerResult
    ) async throws {
        let log = LogRecorder()
        #expect(try await handle(message(), by: shell(script), log: log) == outcome)
        #expect(log.endings.count == (outcome == .retry() ? 1 : 0))
        // One line tells of the end, and that is the engine's.
        #expect(log.entries.isEmpty)
    }
}
