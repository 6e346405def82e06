import HandlerLibrary
import Testing

/// When a child is told to end, made to, and over: every order in which things happen.
struct ChildLifetimeTests {
    private static let limits = ChildLimits(timeout: .seconds(30), killGrace: .seconds(5))

    struct Story: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [(ChildLifetime.Event, [ChildLifetime.Effect])]
        var stopReason: ChildLifetime.StopReason?
        var wasKilled = false
        var wasHurried = false
    }

    private static let drain = ChildLifetime.Effect.setTimer(ChildLimits.outputGrace)
    private static let stopping: [ChildLifetime.Effect] = [.terminate, .setTimer(.seconds(5))]

    static let stories = [
        Story(
            testDescription: "ends by itself",
            steps: [(.outputEnded, []), (.exited, [.finish])]),
        Story(
            testDescription: "ends before its output is read",
            steps: [(.exited, [drain]), (.outputEnded, [.finish])]),
        Story(
            testDescription: "leaves a process that holds its output",
            steps: [(.exited, [drain]), (.timerFired, [.kill, .finish])]),
        Story(
            testDescription: "closes its output and goes on",
            steps: [(.outputEnded, []), (.timerFired, stopping), (.exited, [.kill, .finish])],
            stopReason: .timeout),
        Story(
            testDescription: "ends when told at its timeout",
            steps: [(.timerFired, stopping), (.outputEnded, []), (.exited, [.kill, .finish])],
            stopReason: .timeout),
        Story(
            testDescription: "ends when told, its children use the grace",
            steps: [(.timerFired, stopping), (.exited, []), (.outputEnded, [.kill, .finish])],
            stopReason: .timeout),
        Story(
            testDescription: "ends when told, its children do not",
            steps: [(.timerFired, stopping), (.exited, []), (.timerFired, [.kill, .finish])],
            stopReason: .timeout),
        Story(
            testDescription: "ignores SIGTERM",
            steps: [
                (.timerFired, stopping), (.timerFired, [.kill]), (.outputEnded, []),
                (.exited, [.kill, .finish]),
            ], stopReason: .timeout, wasKilled: true),
        Story(
            testDescription: "is killed, and what left its group holds the output",
            steps: [
                (.cancelled(within: nil), stopping), (.timerFired, [.kill]), (.exited, [drain]),
                (.timerFired, [.kill, .finish]),
            ], stopReason: .cancelled, wasKilled: true),
        Story(
            testDescription: "is cancelled",
            steps: [
                (.cancelled(within: nil), stopping), (.outputEnded, []),
                (.exited, [.kill, .finish]),
            ],
            stopReason: .cancelled),
        Story(
            testDescription: "is cancelled while it is told to end: the grace does not start anew",
            steps: [
                (.timerFired, stopping), (.cancelled(within: nil), []), (.timerFired, [.kill]),
            ],
            stopReason: .timeout, wasKilled: true),
        Story(
            testDescription: "is cancelled with less time left than the grace",
            steps: [
                (.cancelled(within: .seconds(2)), [.terminate, .setTimer(.seconds(2))]),
                (.timerFired, [.kill]),
            ], stopReason: .cancelled, wasKilled: true, wasHurried: true),
        Story(
            testDescription: "is cancelled when no time is left",
            steps: [(.cancelled(within: .zero), [.terminate, .setTimer(.zero)])],
            stopReason: .cancelled, wasHurried: true),
        Story(
            testDescription: "is cancelled with more time left than the grace",
            steps: [(.cancelled(within: .seconds(9)), stopping)], stopReason: .cancelled),
        Story(
            testDescription: "loses its lease while it is told to end",
            steps: [
                (.cancelled(within: nil), stopping),
                (.hurried(within: .seconds(1)), [.shortenTimer(.seconds(1))]),
                (.timerFired, [.kill]), (.hurried(within: .zero), []),
            ], stopReason: .cancelled, wasKilled: true, wasHurried: true),
        Story(
            testDescription: "loses its lease after its timeout",
            steps: [
                (.timerFired, stopping),
                (.cancelled(within: .seconds(1)), [.shortenTimer(.seconds(1))]),
            ], stopReason: .timeout, wasHurried: true),
        Story(
            testDescription: "is hurried before it is told to end",
            steps: [(.hurried(within: .seconds(1)), [])]),
        Story(
            testDescription: "has ended when it is cancelled",
            steps: [(.exited, [drain]), (.cancelled(within: nil), [.kill, .finish])]),
        Story(
            testDescription: "is over, whatever comes",
            steps: [
                (.outputEnded, []), (.exited, [.finish]), (.timerFired, []),
                (.cancelled(within: nil), []),
                (.exited, []),
            ]),
    ]

    @Test(arguments: stories)
    func `a child`(story: Story) {
        var lifetime = ChildLifetime(limits: Self.limits)
        #expect(lifetime.start() == [.setTimer(.seconds(30))])
        for (event, effects) in story.steps {
            #expect(lifetime.handle(event) == effects, "after \(event)")
        }
        #expect(lifetime.stopReason == story.stopReason)
        #expect(lifetime.wasKilled == story.wasKilled)
        #expect(lifetime.wasHurried == story.wasHurried)
    }

    @Test(
        arguments: [
            (0, ProcessStatus.exited(0)), (1 << 8, .exited(1)), (255 << 8, .exited(255)),
            (15, .signalled(15)), (9, .signalled(9)), (11 | 0x80, .signalled(11)),
        ] as [(Int32, ProcessStatus)])
    func `the status word of waitpid is an exit status or a signal, with or without a core`(
        word: Int32, status: ProcessStatus
    ) {
        #expect(ProcessStatus(waitStatus: word) == status)
    }
}
