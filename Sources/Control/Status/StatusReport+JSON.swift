import Calendar
package import JSON

/// The members are an interface: ``StatusMembers`` says what each means.
extension StatusReport {
    package func write(to json: inout JSONWriter) {
        json.member("version", version)
        json.member("pid", processID)
        json.member("state", state.rawValue)
        json.flag("trouble", isInTrouble)
        json.member("summary", summary)
        json.moment("since", since)
        json.name("configuration")
        json.object { json in
            json.moment("read", configuration.readAt)
            json.member("files", configuration.files)
            json.text("problem", configuration.problem)
        }
        json.member("log_level", logLevel)
        json.member("slots", slots)
        json.name("messages")
        json.object { json in
            json.member("handled", messages.handled)
            json.member("failed", messages.failed)
            json.member("rejected", messages.rejected)
        }
        json.name("queues")
        json.array { json in
            for queue in queues { json.object { queue.write(to: &$0) } }
        }
    }
}

extension QueueReport {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("name", name)
        json.member("state", state.rawValue)
        json.text("trouble", trouble)
        json.member("in_hand", inHand)
        json.member("running", running)
        json.member("received", counts.received)
        json.member("deleted", counts.deleted)
        json.member("returned", counts.returned)
        json.member("lapsed", counts.lapsed)
        json.member("renewed", counts.renewed)
        json.member("lost", counts.lost)
        json.member("duplicates", counts.duplicates)
        json.name("released")
        json.object { json in
            for (cause, count) in counts.released.sorted(by: { $0.key < $1.key }) {
                json.member(cause, count)
            }
        }
        received?.write("received_per_second", to: &json)
        deleted?.write("deleted_per_second", to: &json)
        json.seconds("oldest_in_hand_seconds", lag)
        if let depth {
            json.name("approximate")
            json.object { json in
                json.member("visible", depth.visible)
                json.member("in_flight", depth.inFlight)
                json.member("delayed", depth.delayed)
            }
        }
        if let lastFailure {
            json.name("last_failure")
            json.object { json in
                json.moment("at", lastFailure.at)
                json.member("text", lastFailure.text)
            }
        }
        json.name("handlers")
        json.array { json in
            for handler in handlers { json.object { handler.write(to: &$0) } }
        }
        json.name("runs")
        json.array { json in
            for run in runs { json.object { run.write(to: &$0) } }
        }
    }
}

extension QueueReport.Rates {
    fileprivate func write(_ name: String, to json: inout JSONWriter) {
        json.name(name)
        json.object { json in
            json.seconds("1m", minute)
            json.seconds("15m", quarter)
        }
    }
}

extension HandlerReport {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("name", name)
        json.member("concurrency", concurrency)
        json.member("running", running)
        json.member("done", runs.done)
        json.member("retried", runs.retried)
        json.member("rejected", runs.rejected)
        json.member("unavailable", runs.unavailable)
        json.member("cancelled", runs.cancelled)
        json.seconds("p50_seconds", median)
        json.seconds("p99_seconds", percentile99)
        json.seconds("oldest_run_seconds", oldestRun)
    }
}

extension RunReport {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("handler", handler)
        json.member("message_id", messageID)
        json.seconds("seconds", duration)
    }
}

extension JSONWriter {
    fileprivate mutating func flag(_ name: String, _ value: Bool) {
        self.name(name)
        boolean(value)
    }

    fileprivate mutating func moment(_ name: String, _ seconds: Int) {
        member(name, CivilTime(seconds: seconds).iso8601)
    }

    fileprivate mutating func text(_ name: String, _ text: String?) {
        if let text { member(name, text) }
    }

    /// Three places after the point; left out where it is not known.
    fileprivate mutating func seconds(_ name: String, _ seconds: Double?) {
        guard let seconds else { return }
        let thousandths = Int((max(0, min(seconds, 1e12)) * 1_000).rounded())
        let rest = String(thousandths % 1_000 + 1_000).dropFirst()
        self.name(name)
        value(.number("\(thousandths / 1_000).\(rest)"))
    }
}
