import Control
import JSON
import Testing

@Suite struct TopScreenTests {
    private static func report(_ queues: String...) throws -> JSONValue {
        try JSONValue(
            parsing: """
                {"version": "1.2.3", "pid": 1, "state": "running", "slots": 64, "queues": [
                \(queues.joined(separator: ","))]}
                """)
    }

    private static let fast =
        #"{"name": "fast", "state": "idle", "received_per_second": {"1m": 9.0, "15m": 1.0}}"#
    private static let slow =
        #"{"name": "able", "state": "idle", "received_per_second": {"1m": 1.0, "15m": 1.0}}"#

    private func queueLines(_ screen: inout TopScreen) -> [String] {
        screen.lines(width: 80, height: 24, now: 0).filter { $0.contains("idle") }
            .map { String($0.prefix { $0 != " " }) }
    }

    @Test func `a screen has exactly the size of the terminal`() throws {
        var screen = TopScreen()
        screen.note(try Self.report(Self.fast))
        for (width, height) in [(80, 24), (20, 5), (200, 60), (1, 1)] {
            let lines = screen.lines(width: width, height: height, now: 0)
            #expect(lines.count == max(2, height))
            #expect(lines.dropLast().allSatisfy { $0.count <= width })
        }
    }

    @Test func `a queue moves up when it is sorted by what it has more of`() throws {
        var screen = TopScreen()
        screen.note(try Self.report(Self.slow, Self.fast))
        #expect(queueLines(&screen) == ["able", "fast"])
        #expect(screen.press("s", height: 24) == .redraw)
        #expect(queueLines(&screen) == ["fast", "able"])
    }

    @Test func `a screen that was stopped shows the same until it goes on`() throws {
        var screen = TopScreen()
        screen.note(try Self.report(Self.slow))
        _ = screen.press(" ", height: 24)
        screen.note(try Self.report(Self.fast))
        #expect(queueLines(&screen) == ["able"])
        _ = screen.press("p", height: 24)
        screen.note(try Self.report(Self.fast))
        #expect(queueLines(&screen) == ["fast"])
    }

    @Test func `scrolling ends at the first and the last line`() throws {
        var screen = TopScreen()
        let names = (1...50).map { #"{"name": "queue-\#($0)", "state": "idle"}"# }
        screen.note(try JSONValue(parsing: #"{"queues": [\#(names.joined(separator: ","))]}"#))
        let top = screen.lines(width: 80, height: 10, now: 0)
        for _ in 0..<100 { _ = screen.press("f", height: 10) }
        let bottom = screen.lines(width: 80, height: 10, now: 0)
        #expect(bottom.contains { $0.hasPrefix("queue-50") })
        for _ in 0..<100 { _ = screen.press("b", height: 10) }
        #expect(screen.lines(width: 80, height: 10, now: 0) == top)
    }

    @Test func `keys that mean nothing change nothing, and q quits, from the help too`() {
        var screen = TopScreen()
        #expect(screen.press("x", height: 24) == .nothing)
        #expect(screen.press("h", height: 24) == .redraw)
        #expect(screen.lines(width: 80, height: 24, now: 0).contains { $0.contains("Any key") })
        #expect(screen.press("q", height: 24) == .quit)
    }

    @Test func `a reason cannot act on the terminal`() {
        var screen = TopScreen()
        screen.note(problem: "x\u{1B}[2J")
        #expect(screen.lines(width: 80, height: 24, now: 0).first == "! x [2J")
    }

    @Test func `a daemon that has gone is told above the last that was seen`() throws {
        var screen = TopScreen()
        screen.note(try Self.report(Self.fast))
        screen.note(problem: "no daemon runs")
        #expect(screen.lines(width: 80, height: 24, now: 0).first == "! no daemon runs")
        #expect(queueLines(&screen) == ["fast"])
    }
}
