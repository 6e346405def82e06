import Control
import CoreMetrics
import Testing

@Suite struct MetricsTests {
    private func lines(_ text: MetricsText) -> [String] {
        text.text.split(separator: "\n").map(String.init)
    }

    @Test func `a family has its help, its type and its samples`() {
        var text = MetricsText()
        text.family(
            "messages_total", .counter, "All of them",
            [([("queue", "orders")], 3), ([("queue", "bills")], 2.5)])
        #expect(
            lines(text) == [
                "# HELP messages_total All of them", "# TYPE messages_total counter",
                #"messages_total{queue="orders"} 3"#, #"messages_total{queue="bills"} 2.5"#,
            ])
    }

    @Test func `names of queues cannot break out of their label`() {
        var text = MetricsText()
        text.family("m", .gauge, "a\\b\nc", [([("queue", "a\"} 1\nb\\")], .infinity)])
        #expect(
            lines(text) == [
                #"# HELP m a\\b\nc"#, "# TYPE m gauge", #"m{queue="a\"} 1\nb\\"} +Inf"#,
            ])
    }

    @Test func `what has no samples is not there`() {
        var text = MetricsText()
        text.family("m", .gauge, "nothing", [])
        text.histogram("h", "nothing", [])
        #expect(text.text.isEmpty)
    }

    @Test func `a histogram counts each duration at its size and all above`() {
        var histogram = DurationHistogram()
        for seconds in [0.001, 0.005, 0.3, 10_000] { histogram.note(seconds) }
        var text = MetricsText()
        text.histogram("h", "help", [([], histogram)])
        let found = lines(text)
        #expect(found.contains(#"h_bucket{le="0.005"} 2"#))
        #expect(found.contains(#"h_bucket{le="0.25"} 2"#))
        #expect(found.contains(#"h_bucket{le="0.5"} 3"#))
        #expect(found.contains(#"h_bucket{le="3600"} 3"#))
        #expect(found.contains(#"h_bucket{le="+Inf"} 4"#))
        #expect(found.contains("h_count 4"))
        #expect(found.contains { $0.hasPrefix("h_sum 10000.30") })
    }

    // MARK: What handlers count

    @Test func `metrics of swift-metrics come out under names that Prometheus takes`() {
        let registry = MetricsRegistry()
        Counter(label: "orders.charged", dimensions: [("card-type", "visa")], factory: registry)
            .increment(by: 2)
        Counter(label: "orders.charged", dimensions: [("card-type", "visa")], factory: registry)
            .increment()
        Gauge(label: "open", factory: registry).record(1.5)
        Timer(label: "charge", factory: registry).recordMilliseconds(20)
        var text = MetricsText()
        registry.write(to: &text)
        let found = lines(text)
        #expect(found.contains("# TYPE orders_charged_total counter"))
        #expect(found.contains(#"orders_charged_total{card_type="visa"} 3"#))
        #expect(found.contains("open 1.5"))
        #expect(found.contains(#"charge_seconds_bucket{le="0.025"} 1"#))
        #expect(found.contains("charge_seconds_count 1"))
    }

    @Test func `who labels by message takes no more than so much`() {
        let registry = MetricsRegistry()
        for number in 0..<10_100 {
            Counter(label: "m", dimensions: [("id", "\(number)")], factory: registry).increment()
        }
        var text = MetricsText()
        registry.write(to: &text)
        #expect(lines(text).count { $0.hasPrefix("m_total{") } == 10_000)
        #expect(lines(text).contains("sqs_subscriber_series_dropped_total 100"))
    }

    @Test func `no label of a handler makes Prometheus refuse what it reads`() {
        let registry = MetricsRegistry()
        let dimensions = [("le", "1"), ("__name__", "x"), ("a-b", "1"), ("a b", "2"), ("a_b", "3")]
        Timer(label: "charge", dimensions: dimensions, factory: registry).recordMilliseconds(20)
        var text = MetricsText()
        registry.write(to: &text)
        let labels =
            #"exported_le="1",exported___name__="x",a_b="1",a_b_="2",a_b__="3""#
        #expect(lines(text).contains("charge_seconds_count{\(labels)} 1"))
    }

    @Test func `a name is of one kind, and free for another when nothing has it any more`() {
        let registry = MetricsRegistry()
        let gauge = Gauge(label: "size", dimensions: [("of", "a")], factory: registry)
        gauge.record(7)
        Recorder(label: "size", dimensions: [("of", "b")], aggregate: true, factory: registry)
            .record(9)
        var text = MetricsText()
        registry.write(to: &text)
        #expect(lines(text).contains("# TYPE size gauge"))
        #expect(lines(text).contains { $0.hasPrefix("size{") } == true)
        #expect(!text.text.contains(#"of="b""#))
        #expect(lines(text).contains("sqs_subscriber_series_dropped_total 1"))
        gauge.destroy()
        Recorder(label: "size", dimensions: [("of", "b")], aggregate: true, factory: registry)
            .record(9)
        text = MetricsText()
        registry.write(to: &text)
        #expect(lines(text).contains(#"size_count{of="b"} 1"#))
    }

    @Test func `a metric that is destroyed is gone`() {
        let registry = MetricsRegistry()
        let counter = Counter(label: "gone", dimensions: [], factory: registry)
        counter.increment()
        counter.destroy()
        var text = MetricsText()
        registry.write(to: &text)
        #expect(text.text.isEmpty)
    }
}
