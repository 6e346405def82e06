import Calendar
import JSON

/// What an open page is sent.
extension PageView {
    func write(to json: inout JSONWriter) {
        json.member("instance", instance)
        json.member("tone", tone.rawValue)
        json.member("troubles", troubles)
        json.member("texts", texts)
        json.member("tones", tones.mapValues(\.rawValue))
        json.name("tables")
        json.object { json in
            for table in tables {
                json.name(table.name)
                json.array { json in
                    for row in table.rows { json.object { row.write(to: &$0) } }
                }
            }
        }
    }
}

extension PageView.Row {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("key", key)
        json.name("cells")
        json.array { json in
            for cell in cells { json.object { cell.write(to: &$0) } }
        }
    }
}

extension PageView.Cell {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("text", text)
        if let tone { json.member("tone", tone.rawValue) }
        if let link { json.member("link", link) }
        if let span { json.member("span", span) }
        guard let actions else { return }
        json.name("actions")
        json.array { json in
            for action in actions {
                json.object { json in
                    json.member("path", action.path)
                    json.member("label", action.label)
                    json.member("queue", action.queue)
                }
            }
        }
    }
}

extension LoadReport {
    func write(to json: inout JSONWriter) {
        json.name("points")
        json.array { json in
            for point in points {
                json.object { json in
                    json.number("ago", point.ago)
                    json.number("handled", point.handled)
                    json.number("failed", point.failed)
                    json.number("lag", point.lag)
                    json.number("waiting", point.waiting.map(Double.init))
                }
            }
        }
    }
}

extension JSONWriter {
    /// Three places after the point; null where it is not known.
    fileprivate mutating func number(_ name: String, _ number: Double?) {
        self.name(name)
        guard let number else { return value(.null) }
        let thousandths = Int((max(0, min(number, 1e12)) * 1_000).rounded())
        let rest = String(thousandths % 1_000 + 1_000).dropFirst()
        value(.number("\(thousandths / 1_000).\(rest)"))
    }
}

/// An event of a message, as the page shows it.
struct ShownEvent {
    let key: String
    let tone: PageView.Tone
    /// The moment, for programs.
    let at: String
    let time: String
    let source: String
    let id: String
    /// The message's story; nil where that is what is shown.
    let link: String?
    let text: String
    let output: String?

    init(_ event: MessageEvent, now: Int, isLinked: Bool) {
        key = String(event.number)
        tone = event.isFailure ? .bad : .good
        at = CivilTime(seconds: event.at).iso8601
        time = ClockFace(now: now).text(event.at)
        source = [event.queue, event.handler].compactMap(\.self).joined(separator: "/")
        id = event.messageID
        link = isLinked ? PageView.link("message", event.messageID, to: "message") : nil
        text = event.text
        output = event.output
    }

    /// A run that has not ended.
    init(_ run: RunReport, of queue: String, now: Int) {
        key = "running \(queue)/\(run.handler)"
        tone = .quiet
        at = CivilTime(seconds: now).iso8601
        time = ClockFace(now: now).text(now)
        source = "\(queue)/\(run.handler)"
        id = run.messageID
        link = nil
        text = "runs now, for \(PageView.readable(run.duration))"
        output = nil
    }

    func write(to json: inout JSONWriter) {
        json.member("key", key)
        json.member("tone", tone.rawValue)
        json.member("at", at)
        json.member("time", time)
        json.member("source", source)
        json.member("id", id)
        if let link { json.member("link", link) }
        json.member("text", text)
        if let output { json.member("output", output) }
    }
}
