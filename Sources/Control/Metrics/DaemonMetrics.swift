/// A daemon's metrics. Their names are an interface: sqs-subscriber(8) lists them.
///
/// Labels are bounded by the configuration: queue, handler, outcome, operation; never a message.
package struct DaemonMetrics {
    private static let prefix = "sqs_subscriber_"

    private let report: StatusReport
    private let process: ProcessReport
    private let requests: [RequestReport]

    package init(_ report: StatusReport, process: ProcessReport, requests: [RequestReport]) {
        self.report = report
        self.process = process
        self.requests = requests
    }

    /// What there is to be measured, whether or not something has been.
    package static var families: [MetricsText.Family] {
        let nothing = StatusReport(
            version: "", processID: 0, summary: "", since: 0,
            configuration: StatusReport.Configuration(readAt: 0, files: [], problem: nil), log: "",
            work: (slots: 0, StatusReport.Messages(handled: 0, failed: 0, rejected: 0)))
        var text = MetricsText()
        DaemonMetrics(nothing, process: ProcessReport(), requests: []).write(to: &text)
        return text.families
    }

    package func write(to text: inout MetricsText) {
        writeDaemon(to: &text)
        writeMessages(to: &text)
        writeQueues(to: &text)
        writeHandlers(to: &text)
        writeRequests(to: &text)
        writeProcess(to: &text)
    }

    private func writeDaemon(to text: inout MetricsText) {
        text.family(
            Self.prefix + "build_info", .gauge, "The program's version, with the value 1",
            [([("version", report.version)], 1)])
        let isRefused = report.configuration.problem != nil
        text.family(
            Self.prefix + "config_last_reload_successful", .gauge,
            "Whether the configuration that is in force is the latest one: 1, or 0",
            [([], isRefused ? 0 : 1)])
        text.family(
            Self.prefix + "config_last_read_timestamp_seconds", .gauge,
            "When the configuration in force was read, in seconds since 1970",
            [([], Double(report.configuration.readAt))])
        text.family(
            Self.prefix + "slots", .gauge, "Messages that may be handled at once",
            [([], Double(report.slots))])
    }

    private func writeMessages(to text: inout MetricsText) {
        counter("messages_received_total", "Messages received", &text) { $0.counts.received }
        counter("messages_deleted_total", "Messages deleted", &text) { $0.counts.deleted }
        counter(
            "messages_returned_total", "Messages made visible again, at once or later", &text
        ) { $0.counts.returned }
        counter("messages_lapsed_total", "Messages left to their visibility timeouts", &text) {
            $0.counts.lapsed
        }
        counter(
            "leases_renewed_total", "Extensions of visibility timeouts that SQS has confirmed",
            &text
        ) { $0.counts.renewed }
        counter("leases_lost_total", "Messages whose visibility timeout was lost", &text) {
            $0.counts.lost
        }
        counter(
            "duplicates_suppressed_total",
            "Messages that came back although they were done, and were deleted without a run",
            &text
        ) { $0.counts.duplicates }
        let released = report.queues.flatMap { queue in
            queue.counts.released.sorted { $0.key < $1.key }.map { cause, count in
                ([("queue", queue.name), ("cause", cause)] as MetricsText.Labels, Double(count))
            }
        }
        text.family(
            Self.prefix + "messages_released_total", .counter,
            "Messages released before a handler saw them, by cause", released)
    }

    private func writeQueues(to text: inout MetricsText) {
        gauge("messages_in_hand", "Messages that wait or run", &text) { Double($0.inHand) }
        gauge("polls", "Receive requests that are out", &text) { Double($0.polls) }
        gauge("queue_paused", "Whether somebody paused the queue: 1, or 0", &text) {
            $0.state == .paused ? 1 : 0
        }
        gauge(
            "queue_waiting", "Whether nothing is received, for a handler cannot work: 1, or 0",
            &text
        ) { $0.state == .waiting ? 1 : 0 }
        gauge("queue_trouble", "Whether something is in the queue's way: 1, or 0", &text) {
            $0.trouble == nil ? 0 : 1
        }
        gauge(
            "oldest_message_in_hand_seconds", "Time since the oldest message in hand was sent",
            &text
        ) { $0.state == .opening ? nil : $0.lag ?? 0 }
        gauge(
            "queue_messages_visible", "Messages that wait in the queue, approximately", &text
        ) { $0.depth.map { Double($0.visible) } }
        gauge(
            "queue_messages_in_flight", "Messages that somebody has received, approximately", &text
        ) { $0.depth.map { Double($0.inFlight) } }
    }

    private func writeHandlers(to text: inout MetricsText) {
        text.family(
            Self.prefix + "handler_running", .gauge, "Runs that have not ended",
            handlers { Double($0.running) })
        text.family(
            Self.prefix + "handler_concurrency", .gauge, "Runs that are allowed at once",
            handlers { Double($0.concurrency) })
        let runs = report.queues.flatMap { queue in
            queue.handlers.flatMap { handler in
                handler.runs.all.map { outcome, count in
                    (
                        labels(queue, handler) + [("outcome", outcome)] as MetricsText.Labels,
                        Double(count)
                    )
                }
            }
        }
        text.family(
            Self.prefix + "runs_total", .counter, "Runs of handlers, by how they ended", runs)
        text.histogram(
            Self.prefix + "run_duration_seconds", "How long runs of handlers took",
            handlers(\.durations))
        text.histogram(
            Self.prefix + "sent_to_start_seconds",
            "Time from a message's sending to each start of its handler",
            handlers(\.waits))
    }

    private func writeRequests(to text: inout MetricsText) {
        let results = requests.flatMap { request in
            request.results.sorted { $0.key < $1.key }.map { result, count in
                (
                    [("operation", request.operation), ("result", result)] as MetricsText.Labels,
                    Double(count)
                )
            }
        }
        text.family(
            Self.prefix + "requests_total", .counter, "Requests to SQS, by how they ended",
            results)
        text.histogram(
            Self.prefix + "request_duration_seconds",
            "How long requests to SQS took, long polls included",
            requests.map { ([("operation", $0.operation)], $0.durations) })
    }

    /// The names are those that Prometheus' own libraries use.
    private func writeProcess(to text: inout MetricsText) {
        let facts: [(String, MetricsText.Kind, String, Double)] = [
            (
                "process_resident_memory_bytes", .gauge, "Resident memory",
                Double(process.residentBytes)
            ),
            ("process_open_fds", .gauge, "Open file descriptors", Double(process.descriptors)),
            (
                "process_max_fds", .gauge, "File descriptors that may be open",
                Double(process.mostDescriptors)
            ),
            ("process_threads", .gauge, "Threads", Double(process.threads)),
            (
                "process_cpu_seconds_total", .counter, "Processor time, user and system",
                process.processorSeconds
            ),
            (
                "process_start_time_seconds", .gauge, "When it began, in seconds since 1970",
                Double(report.since)
            ),
        ]
        for (name, kind, help, value) in facts { text.family(name, kind, help, [([], value)]) }
    }

    private func counter(
        _ name: String, _ help: String, _ text: inout MetricsText, value: (QueueReport) -> Int
    ) {
        text.family(
            Self.prefix + name, .counter, help,
            report.queues.map { ([("queue", $0.name)], Double(value($0))) })
    }

    private func gauge(
        _ name: String, _ help: String, _ text: inout MetricsText,
        value: (QueueReport) -> Double?
    ) {
        text.family(
            Self.prefix + name, .gauge, help,
            report.queues.compactMap { queue in value(queue).map { ([("queue", queue.name)], $0) } }
        )
    }

    private func handlers<Value>(
        _ value: (HandlerReport) -> Value
    ) -> [(MetricsText.Labels, Value)] {
        report.queues.flatMap { queue in
            queue.handlers.map { (labels(queue, $0), value($0)) }
        }
    }

    private func labels(_ queue: QueueReport, _ handler: HandlerReport) -> MetricsText.Labels {
        [("queue", queue.name), ("handler", handler.name)]
    }
}

extension HandlerReport.Runs {
    fileprivate var all: [(outcome: String, count: Int)] {
        [
            ("done", done), ("retry", retried), ("reject", rejected),
            ("unavailable", unavailable), ("cancelled", cancelled),
        ]
    }
}
