import Daemon
import SQS
import Testing

@Suite struct StartGateTests {
    private let passing = StartTrouble(.passing, "no network")
    private let missing = StartTrouble(.lasting(.inputMissing), "no such queue")
    private let denied = StartTrouble(.lasting(.denied), "access denied")

    @Test func `a start is ready once every queue is served`() {
        var gate = StartGate(queues: ["a", "b"])
        gate.served("a")
        #expect(gate.verdict(isOverdue: false) == .wait)
        gate.served("b")
        #expect(gate.verdict(isOverdue: false) == .ready)
    }

    @Test func `a passing trouble holds the start up until it is overdue`() {
        var gate = StartGate(queues: ["a"])
        gate.troubled("a", passing)
        #expect(gate.verdict(isOverdue: false) == .wait)
        #expect(gate.verdict(isOverdue: true) == .ready)
    }

    @Test func `a lasting trouble of every queue ends the start at once`() {
        var gate = StartGate(queues: ["b", "a"])
        gate.troubled("b", denied)
        #expect(gate.verdict(isOverdue: false) == .wait)
        gate.troubled("a", missing)
        #expect(gate.verdict(isOverdue: false) == .fail(.inputMissing, reason: "no such queue"))
    }

    @Test func `a lasting trouble of some queues leaves the others served`() {
        var gate = StartGate(queues: ["a", "b"])
        gate.troubled("a", missing)
        gate.served("b")
        #expect(gate.verdict(isOverdue: false) == .ready)
    }

    @Test func `a queue that was troubled and answers counts as served`() {
        var gate = StartGate(queues: ["a"])
        gate.troubled("a", passing)
        gate.served("a")
        #expect(gate.verdict(isOverdue: false) == .ready)
    }

    @Test func `a reload before the start is over keeps what is known of its queues`() {
        var gate = StartGate(queues: ["a", "b"])
        gate.served("a")
        gate.troubled("b", passing)
        gate.retarget(["a"])
        #expect(gate.verdict(isOverdue: false) == .ready)
        gate.retarget(["a", "c"])
        #expect(gate.verdict(isOverdue: false) == .wait)
    }

    @Test(arguments: [
        (SQSError.Kind.throttled, StartTrouble.Nature.passing),
        (.transient, .passing), (.clockSkew, .passing), (.overLimit, .passing),
        (.credentials, .lasting(.denied)), (.denied, .lasting(.denied)),
        (.missing, .lasting(.inputMissing)), (.malformed, .lasting(.configuration)),
    ])
    func `an error of the service is passing or ends with its status`(
        kind: SQSError.Kind, nature: StartTrouble.Nature
    ) {
        #expect(StartTrouble(SQSError(kind, code: "X", "text")).nature == nature)
    }

    @Test func `no credentials at all are told from refused ones`() {
        let none = SQSError(.credentials, code: "NoCredentials", "none")
        #expect(StartTrouble(none).nature == .lasting(.unavailable))
    }
}
