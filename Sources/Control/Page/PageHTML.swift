/// The page as it is when it is opened: all there is to see without a script, but the graphs.
struct PageHTML {
    let view: PageView
    let failures: [ShownEvent]
    /// The message that was asked for, and what is known of it; nil where none was.
    let story: (id: String, events: [ShownEvent])?
    /// The queue whose load is shown; nil for all.
    let queue: String?
    /// What each form has to bring back; empty where there is none.
    let token: String

    var text: String {
        var places = view.texts.mapValues(escaped)
        for table in view.tables { places[table.name] = html(table) }
        for (name, tone) in view.tones {
            places["tone-\(name)"] = " data-tone=\"\(tone.rawValue)\""
        }
        places["tone"] = view.tone.rawValue
        places["troubles"] = view.troubles.map { "<li data-key=\(quoted($0))>\(escaped($0))</li>" }
            .joined()
        places["instance"] = escaped(view.instance)
        places["token"] = escaped(token)
        places["load-of"] = queue.map(escaped) ?? "all queues"
        places["load-all"] = queue == nil ? "" : " (<a href=\"/#load\">show all</a>)"
        places["failures"] = failures.map(html).joined()
        places["message"] = story.map { escaped($0.id) } ?? ""
        places["story"] = story.map { $0.events.map(html).joined() } ?? ""
        places["story-note"] = escaped(Self.note(on: story?.events))
        return PageAssets.page.filled(places)
    }

    static func note(on story: [ShownEvent]?) -> String {
        switch story {
        case nil: "What is remembered: the last 1000 messages that went well, and as many failures."
        case .some(let events) where events.isEmpty:
            "Nothing is remembered of it. The journal goes further back: "
                + "journalctl SQS_MESSAGE_ID=…"
        case .some: ""
        }
    }

    private func html(_ table: PageView.Table) -> String {
        let heads = table.heads.map { head in
            "<th scope=\"col\" role=\"columnheader\">\(escaped(head))</th>"
        }
        let rows = table.rows.map { html($0, of: table) }
        // A browser that shows rows as cards forgets that they are rows: the roles remain.
        return """
            <table role="table" aria-labelledby="\(table.name)-head"><thead role="rowgroup">\
            <tr role="row">\(heads.joined())</tr></thead>\
            <tbody role="rowgroup" data-rows="\(table.name)">\(rows.joined())</tbody></table>
            """
    }

    private func html(_ row: PageView.Row, of table: PageView.Table) -> String {
        let cells = row.cells.enumerated().map { index, cell in
            html(cell, label: table.heads[index], isFirst: index == 0)
        }
        return "<tr role=\"row\" data-key=\(quoted(row.key))>\(cells.joined())</tr>"
    }

    private func html(_ cell: PageView.Cell, label: String, isFirst: Bool) -> String {
        let tone = cell.tone.map { " data-tone=\"\($0.rawValue)\"" } ?? ""
        let content: String
        if let actions = cell.actions {
            content = actions.map(html).joined()
        } else if let link = cell.link {
            content = "<a href=\(quoted(link))>\(escaped(cell.text))</a>"
        } else {
            content = escaped(cell.text)
        }
        if let span = cell.span {
            return "<td role=\"cell\" colspan=\"\(span)\"\(tone)>\(content)</td>"
        }
        guard !isFirst else { return "<th scope=\"row\" role=\"rowheader\"\(tone)>\(content)</th>" }
        return "<td role=\"cell\" data-label=\(quoted(label))\(tone)>\(content)</td>"
    }

    private func html(_ action: PageView.Action) -> String {
        """
        <form method="post" action=\(quoted(action.path))>\
        <input type="hidden" name="token" value=\(quoted(token))>\
        <input type="hidden" name="queue" value=\(quoted(action.queue))>\
        <button aria-label=\(quoted("\(action.label) \(action.queue)"))>\
        \(escaped(action.label))</button></form>
        """
    }

    private func html(_ event: ShownEvent) -> String {
        let link = event.link.map {
            " <a class=\"id\" href=\(quoted($0))>\(escaped(event.id))</a>"
        }
        let text = escaped(event.text)
        let what =
            event.output.map {
                "<details><summary class=\"what\">\(text)</summary>"
                    + "<pre tabindex=\"0\">\(escaped($0))</pre></details>"
            } ?? "<div class=\"what\">\(text)</div>"
        return """
            <li data-key=\(quoted(event.key)) data-tone="\(event.tone.rawValue)">\
            <div class="head"><time datetime=\(quoted(event.at))>\(escaped(event.time))</time> \
            <b>\(escaped(event.source))</b>\(link ?? "")</div>\
            \(what)</li>
            """
    }

    private func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }
}

/// Text that HTML shows as it is, in an element or in a quoted attribute.
private func escaped(_ text: String) -> String {
    var html = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": html += "&amp;"
        case "<": html += "&lt;"
        case ">": html += "&gt;"
        case "\"": html += "&quot;"
        case "'": html += "&#39;"
        default: html.unicodeScalars.append(scalar)
        }
    }
    return html
}
