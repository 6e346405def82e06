import SubscriberEngine

/// What happened in a run, line by line, with a digest to compare two runs by.
package struct Trace: Sendable {
    package private(set) var lines: [String] = []
    /// FNV-1a, 64 bits (Fowler, Noll, Vo), over all lines.
    package private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ moment: Instant, _ line: String) {
        let text = "\(moment.sinceStart) " + Self.withoutModules(line)
        for byte in text.utf8 {
            digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        lines.append(text)
    }

    /// The names of types are enough to read.
    private static func withoutModules(_ line: String) -> String {
        ["SubscriberEngine.", "MessageHandling.", "Simulation."].reduce(line) { text, module in
            text.split(separator: module).joined()
        }
    }
}
