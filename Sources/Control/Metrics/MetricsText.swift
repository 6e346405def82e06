/// Writes metrics in the text format of Prometheus, version 0.0.4.
///
/// Source: prometheus.io, "Exposition formats".
package struct MetricsText {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    package typealias Labels = [(name: String, value: String)]

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What a metric is, apart from its samples.
    package struct Family: Sendable {
        package let name: String
        package let kind: Kind
        /// One sentence without its full stop.
        package let help: String
    }

    package private(set) var text = ""
    /// Every metric that was written, those without a sample included.
    package private(set) var families: [Family] = []

    package init() {}

    /// A metric with its samples; nothing where there is none.
    ///
    /// - Parameter help: one sentence without its full stop.
    package mutating func family(
        _ name: String, _ kind: Kind, _ help: String, _ samples: [(Labels, Double)]
    ) {
        families.append(Family(name: name, kind: kind, help: help))
        guard !samples.isEmpty else { return }
        head(name, kind, help)
        for (labels, value) in samples { sample(name, labels, value) }
    }

    package mutating func histogram(
        _ name: String, _ help: String, _ samples: [(Labels, DurationHistogram)]
    ) {
        families.append(Family(name: name, kind: .histogram, help: help))
        guard !samples.isEmpty else { return }
        head(name, .histogram, help)
        for (labels, histogram) in samples {
            for (bound, count) in histogram.cumulative {
                sample("\(name)_bucket", labels + [("le", Self.number(bound))], Double(count))
            }
            sample("\(name)_bucket", labels + [("le", "+Inf")], Double(histogram.count))
            sample("\(name)_sum", labels, histogram.sum)
            sample("\(name)_count", labels, Double(histogram.count))
        }
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n"
        text += "# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
        let list = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
        text += "\(name)\(list) \(Self.number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        // Counters are whole, and easier to read so.
        return Int(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
