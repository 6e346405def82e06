import Daemon
import Testing

@Suite struct StatusLineTests {
    @Test func `a queue that waits for its first answer is named`() {
        let text = StatusLine.text(
            queues: [QueueStatus(name: "orders", state: .opening(nil))], slots: 64,
            isStopping: false)
        #expect(
            text == "Serving 0 of 1 queue; 0 of 64 slots in use; 0 handled; "
                + "orders: waiting for its first answer")
    }

    @Test func `a trouble is named with its cause, and beyond three they are counted`() {
        let queues = ["a", "b", "c", "d", "e"].map {
            QueueStatus(name: $0, state: .opening(StartTrouble(.passing, "no network")))
        }
        let text = StatusLine.text(queues: queues, slots: 8, isStopping: false)
        #expect(text.contains("c: retrying, no network"))
        #expect(!text.contains("d: retrying"))
        #expect(text.hasSuffix("2 more queues in trouble"))
    }

    @Test func `a failed reload is shown for as long as it lasts`() {
        let text = StatusLine.text(queues: [], slots: 8, isStopping: false, notice: "reload failed")
        #expect(text.hasSuffix("; reload failed"))
    }

    @Test func `a stop says how many messages it waits for`() {
        let text = StatusLine.text(queues: [], slots: 8, isStopping: true)
        #expect(text.hasPrefix("Stopping: 0 messages in hand"))
    }

    @Test(arguments: [(0, "0 handlers"), (1, "1 handler"), (2, "2 handlers")])
    func `one is not many`(number: Int, text: String) {
        #expect(number.counted("handler") == text)
    }
}
