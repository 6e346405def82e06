import WebPage

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
        var places = view.texts.mapValues { "\($0)" as HTML }
        for table in view.tables { places[table.name] = html(table) }
        for (name, tone) in view.tones { places["tone-\(name)"] = attribute(tone) }
        places["tone"] = "\(view.tone.rawValue)"
        let troubles = view.troubles.map { "<li data-key=\"\($0)\">\($0)</li>" as HTML }
        places["troubles"] = "\(troubles)"
        places["instance"] = "\(view.instance)"
        places["token"] = "\(token)"
        places["load-of"] = "\(queue ?? "all queues")"
        places["load-all"] = queue == nil ? "" : " (<a href=\"/#load\">show all</a>)"
        places["failures"] = "\(failures.map(html))"
        places["message"] = "\(story?.id ?? "")"
        places["story"] = "\(story?.events.map(html) ?? [])"
        places["story-note"] = "\(Self.note(on: story?.events))"
        return PageFiles.page.filled(places)
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

    private func html(_ table: PageView.Table) -> HTML {
        let heads: [HTML] = table.heads.map { head in
            "<th scope=\"col\" role=\"columnheader\">\(head)</th>"
        }
        let rows = table.rows.map { html($0, of: table) }
        // A browser that shows rows as cards forgets that they are rows: the roles remain.
        return """
            <table role="table" aria-labelledby="\(table.name)-head"><thead role="rowgroup">\
            <tr role="row">\(heads)</tr></thead>\
            <tbody role="rowgroup" data-rows="\(table.name)">\(rows)</tbody></table>
            """
    }

    private func html(_ row: PageView.Row, of table: PageView.Table) -> HTML {
        let cells = row.cells.enumerated().map { index, cell in
            html(cell, label: table.heads[index], isFirst: index == 0)
        }
        return "<tr role=\"row\" data-key=\"\(row.key)\">\(cells)</tr>"
    }

    private func html(_ cell: PageView.Cell, label: String, isFirst: Bool) -> HTML {
        let tone = cell.tone.map(attribute)
        let content: HTML
        if let actions = cell.actions {
            content = "\(actions.map(html))"
        } else if let link = cell.link {
            content = "<a href=\"\(link)\">\(cell.text)</a>"
        } else {
            content = "\(cell.text)"
        }
        if let span = cell.span {
            return "<td role=\"cell\" colspan=\"\(span)\"\(tone)>\(content)</td>"
        }
        guard !isFirst else { return "<th scope=\"row\" role=\"rowheader\"\(tone)>\(content)</th>" }
        return "<td role=\"cell\" data-label=\"\(label)\"\(tone)>\(content)</td>"
    }

    private func attribute(_ tone: PageView.Tone) -> HTML { " data-tone=\"\(tone.rawValue)\"" }

    private func html(_ action: PageView.Action) -> HTML {
        """
        <form method="post" action="\(action.path)">\
        <input type="hidden" name="token" value="\(token)">\
        <input type="hidden" name="queue" value="\(action.queue)">\
        <button aria-label="\(action.label) \(action.queue)">\(action.label)</button></form>
        """
    }

    private func html(_ event: ShownEvent) -> HTML {
        let link: HTML? = event.link.map { " <a class=\"id\" href=\"\($0)\">\(event.id)</a>" }
        let output: HTML? = event.output.map {
            """
            <details><summary class="what">\(event.text)</summary>\
            <pre tabindex="0">\($0)</pre></details>
            """
        }
        return """
            <li data-key="\(event.key)" data-tone="\(event.tone.rawValue)">\
            <div class="head"><time datetime="\(event.at)">\(event.time)</time> \
            <b>\(event.source)</b>\(link)</div>\
            \(output ?? "<div class=\"what\">\(event.text)</div>")</li>
            """
    }
}
