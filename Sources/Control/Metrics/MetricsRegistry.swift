package import CoreMetrics
import Synchronization

/// Keeps the metrics that a program's handlers make by swift-metrics, for Prometheus to read.
///
/// A counter's name gets `_total`, a timer's `_seconds`, as Prometheus asks; what a name may not
/// have becomes `_`. Series beyond a limit are not kept: who labels by message would otherwise take
/// all memory. Nothing of a handler makes Prometheus refuse what it reads, with the daemon's own.
package final class MetricsRegistry: MetricsFactory {
    /// Many times what a program has that labels by what it knows beforehand.
    private static let mostSeries = 10_000

    private struct Key: Hashable {
        let name: String
        let labels: [String]
    }

    private struct State {
        var series: [Key: Series] = [:]
        /// What the metrics of a name are.
        var kinds: [String: MetricsText.Kind] = [:]
        var dropped = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Has swift-metrics keep everything here, unless the program has chosen otherwise.
    package func bootstrap() {
        if MetricsSystem.factory is NOOPMetricsHandler { MetricsSystem.bootstrap(self) }
    }

    package func write(to text: inout MetricsText) {
        let (series, dropped) = state.withLock { ($0.series, $0.dropped) }
        let families = Dictionary(grouping: series) { $0.key.name }
        for (name, members) in families.sorted(by: { $0.key < $1.key }) {
            let samples = members.sorted { $0.key.labels.lexicographicallyPrecedes($1.key.labels) }
                .map(\.value)
            guard let kind = samples.first?.kind else { continue }
            if kind == .histogram {
                text.histogram(name, "Of a handler", samples.map { ($0.labels, $0.histogram) })
            } else {
                text.family(name, kind, "Of a handler", samples.map { ($0.labels, $0.value) })
            }
        }
        if dropped > 0 {
            text.family(
                "sqs_subscriber_series_dropped_total", .counter,
                "Metrics of handlers that were not kept: too many, or another kind has the name",
                [([], Double(dropped))])
        }
    }

    private func series(
        _ label: String, _ suffix: String, _ dimensions: [(String, String)],
        _ kind: MetricsText.Kind
    ) -> Series {
        var name = Self.sanitized(label)
        if !name.hasSuffix(suffix) { name += suffix }
        let labels = Self.labels(dimensions)
        let key = Key(name: name, labels: labels.flatMap { [$0.name, $0.value] })
        return state.withLock { state in
            if let known = state.series[key], known.kind == kind { return known }
            let made = Series(labels, kind)
            // All of a name are written as one kind.
            if state.series.count < Self.mostSeries, state.kinds[name, default: kind] == kind {
                (state.series[key], state.kinds[name]) = (made, kind)
            } else {
                state.dropped += 1
            }
            return made
        }
    }

    /// Each name once, and none that means something to Prometheus: it refuses all that it read
    /// with a name that comes twice.
    private static func labels(_ dimensions: [(String, String)]) -> MetricsText.Labels {
        var labels: MetricsText.Labels = []
        for (dimension, value) in dimensions {
            var name = sanitized(dimension)
            // As Prometheus itself renames what is taken.
            if name == "le" || name.hasPrefix("__") { name = "exported_\(name)" }
            while labels.contains(where: { $0.name == name }) { name += "_" }
            labels.append((name, value))
        }
        return labels
    }

    private static func sanitized(_ name: String) -> String {
        let characters = name.utf8.map { byte -> Character in
            let character = Character(Unicode.Scalar(byte))
            let isAllowed = character.isASCII && (character.isLetter || character.isNumber)
            return isAllowed ? character : "_"
        }
        let text = String(characters)
        return text.first?.isNumber ?? true ? "_\(text)" : text
    }

    private func forget(_ series: AnyObject) {
        state.withLock { state in
            guard let key = state.series.first(where: { $0.value === series })?.key else { return }
            state.series[key] = nil
            if !state.series.contains(where: { $0.key.name == key.name }) {
                state.kinds[key.name] = nil
            }
        }
    }
}

extension MetricsRegistry {
    package func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        series(label, "_total", dimensions, .counter)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, "_total", dimensions, .counter)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, "", dimensions, .gauge)
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        series(label, "", dimensions, aggregate ? .histogram : .gauge)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, "_seconds", dimensions, .histogram)
    }

    package func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        forget(handler)
    }
    package func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { forget(handler) }
}

/// One metric with one set of labels.
private final class Series: CounterHandler, FloatingPointCounterHandler, MeterHandler,
    RecorderHandler, TimerHandler
{
    let labels: MetricsText.Labels
    let kind: MetricsText.Kind
    private let state = Mutex((value: 0.0, histogram: DurationHistogram()))

    init(_ labels: MetricsText.Labels, _ kind: MetricsText.Kind) {
        self.labels = labels
        self.kind = kind
    }

    var value: Double { state.withLock { $0.value } }
    var histogram: DurationHistogram { state.withLock { $0.histogram } }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { state.withLock { $0.value += amount } }
    func decrement(by amount: Double) { state.withLock { $0.value -= amount } }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.value = value } }
    func reset() { set(0.0) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        state.withLock { state in
            state.value = value
            state.histogram.note(value)
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
