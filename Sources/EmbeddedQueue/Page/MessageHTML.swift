import FoundationEssentials
import MessageHandling
import WebPage

/// A message, in the list of its queue and on a page of its own.
struct MessageHTML {
    let message: BrowsedMessage
    let place: QueuePlace
    let visit: PageFrame.Visit

    private var content: MessageContent { message.content }

    /// - Parameter back: the first message of the list that one comes back to.
    func card(back: UInt64?) -> HTML {
        let body = BodyText(glancing: content.body)
        let rest: HTML? =
            body.isCut
            ? """
            <p class="quiet">The beginning of \(BodyText.size(content.body.utf8.count)): \
            <a href="\(place.path(of: message.number))">show all</a></p>
            """ : nil
        let attributes: [HTML] = content.attributes.sorted { $0.key < $1.key }.map { name, value in
            "<div><dt>\(name)</dt><dd>\(BodyText.short(value.shown))</dd></div>"
        }
        let list: HTML? = attributes.isEmpty ? nil : "<dl class=\"pairs\">\(attributes)</dl>"
        return """
            <li data-state="\(state.name)">\
            <div class="bar"><p class="head"><b class="state">\(state.text)</b> \
            \(facts) <a class="id" href="\(place.path(of: message.number))">\(content.id)</a></p>\
            \(discard(back: back))</div>
            <pre>
            \(body.text)</pre>\(rest)\(list)</li>
            """
    }

    var page: HTML {
        let body = BodyText(content.body)
        let raw: HTML? =
            body.isIndented
            ? """
            <details><summary>As it was sent</summary><pre>
            \(content.body)</pre></details>
            """ : nil
        return """
            <section aria-labelledby="message-head" id="message" data-state="\(state.name)">
            <div class="bar"><h1 id="message-head">Message in \(QueueListHTML.link(place))</h1>\
            \(discard(back: nil))</div>
            <dl class="pairs">\(pairs.map(pair))</dl>
            </section>
            <section aria-labelledby="body-head">
            <h2 id="body-head">Body \
            <span class="of">\(BodyText.size(content.body.utf8.count))</span></h2>
            <pre>
            \(body.text)</pre>\(raw)
            </section>
            \(attributes)
            """
    }

    private var attributes: HTML? {
        guard !content.attributes.isEmpty else { return nil }
        let items: [HTML] = content.attributes.sorted { $0.key < $1.key }.map { name, value in
            """
            <div><dt>\(name) <span class="quiet">\(value.dataType)</span></dt>\
            <dd>\(value.shown)</dd></div>
            """
        }
        return """
            <section aria-labelledby="attributes-head">
            <h2 id="attributes-head">Attributes</h2>
            <dl class="pairs">\(items)</dl>
            </section>
            """
    }
}

extension MessageHTML {
    private var state: (name: String, text: HTML) {
        switch message.state {
        case .visible: ("available", "Available")
        case .inFlight(let until): ("in-flight", "In flight until \(visit.clock.time(until))")
        case .delayed(let until): ("delayed", "Delayed until \(visit.clock.time(until))")
        }
    }

    private var receives: String {
        message.receiveCount == 0
            ? "never received"
            : message.receiveCount == 1 ? "received once" : "received \(message.receiveCount) times"
    }

    private var facts: HTML {
        let group: HTML? = content.groupID.map { ", group \(BodyText.short($0))" }
        return "sent \(visit.clock.time(content.sentAt)), \(receives)\(group)"
    }

    private var pairs: [(name: String, value: HTML?)] {
        [
            ("Message id", "\(content.id)"), ("State", state.text),
            ("Sent", visit.clock.time(content.sentAt)), ("By account", "\(content.senderID)"),
            ("Receives", "\(message.receiveCount)"),
            ("First received", message.firstReceivedAt.map(visit.clock.time)),
            ("Message group", text(content.groupID)),
            ("Deduplication id", text(content.deduplicationID)),
            ("Sequence number", text(content.sequenceNumber)),
            ("Dead letter of", text(message.deadLetterSourceARN)),
            ("AWSTraceHeader", text(content.traceHeader)),
        ]
    }

    private func text(_ text: String?) -> HTML? { text.map { "\($0)" } }

    private func pair(_ name: String, _ value: HTML?) -> HTML {
        guard let value else { return "" }
        return "<div><dt>\(name)</dt><dd>\(value)</dd></div>"
    }

    private func discard(back: UInt64?) -> HTML {
        let back: HTML? = back.map {
            "<input type=\"hidden\" name=\"from\" value=\"\(String($0))\">"
        }
        return """
            \(HTML.form(place.path(of: .discard), token: visit.token))\
            <input type="hidden" name="serial" value="\(String(message.number.serial))">\
            <input type="hidden" name="id" value="\(content.id)">\(back)\
            <button aria-label="Delete message \(content.id)">Delete</button></form>
            """
    }
}

extension MessageAttribute {
    /// Its value as text: base64 of bytes.
    fileprivate var shown: String {
        switch value {
        case .text(let text): text
        case .binary(let bytes): Data(bytes).base64EncodedString()
        }
    }
}
