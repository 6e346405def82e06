import WebPage

/// The page of all queues.
struct QueueListHTML {
    struct Row {
        let place: QueuePlace
        let description: QueueDescription
        /// The queue that its own dead letters go to.
        let target: QueuePlace?
        /// The queues whose dead letters it has.
        let sources: [QueuePlace]
    }

    /// More are searched rather than read.
    private static let manyQueues = 10
    /// Sources that are named; of the others there is the number.
    private static let mostSources = 3

    let rows: [Row]
    /// What was looked for in the names; empty where all are shown.
    let find: String
    /// How many there are, and how many of them have what was looked for in their names.
    let total: Int
    let found: Int
    /// The pages of them, and which this is, from 1 on.
    let pages: (this: Int, last: Int)
    let visit: PageFrame.Visit
    /// What was to be created, and was not.
    var unmade = ""

    var content: HTML {
        """
        <section aria-labelledby="queues-head" id="queues">
        <div class="bar"><h1 id="queues-head">Queues \(count)</h1>\(search)</div>
        \(rows.isEmpty ? empty : table)
        \(pager)
        </section>
        <section aria-labelledby="create-head" id="create">
        <h2 id="create-head">Create a queue</h2>
        \(HTML.form(PageRoute.root, token: visit.token))
        <label for="name">Name</label>
        <input id="name" name="name" value="\(unmade)" required autocomplete="off" \
        autocapitalize="off" spellcheck="false" aria-describedby="name-hint">
        <button class="primary">Create</button></form>
        <p class="quiet" id="name-hint">A name that ends in <code>.fifo</code> makes a FIFO queue. \
        Settings may follow, as in <code>orders:VisibilityTimeout=5,dlq=orders-dead/3</code>.</p>
        </section>
        """
    }

    var live: LiveFigures {
        var live = LiveFigures()
        for row in rows {
            for (name, count) in row.description.counts {
                live.texts["\(row.place.key) \(name)"] = Figures.grouped(count)
            }
        }
        live.texts["moment"] = visit.clock.text
        live.state = Digests.content(rows.map(\.place.key).joined(separator: " ") + " \(total)")
        return live
    }

    private var count: HTML {
        guard found < total else { return "<span class=\"of\">\(Figures.grouped(total))</span>" }
        return "<span class=\"of\">\(Figures.grouped(found)) of \(Figures.grouped(total))</span>"
    }

    private var search: HTML? {
        guard total > Self.manyQueues || !find.isEmpty else { return nil }
        return """
            <form method="get" action="\(PageRoute.root)" role="search">\
            <label for="find">Name has</label>\
            <input id="find" name="find" type="search" value="\(find)" autocomplete="off" \
            autocapitalize="off" spellcheck="false"><button>Search</button></form>
            """
    }

    private var empty: HTML {
        guard find.isEmpty else {
            return """
                <p>No queue has “\(find)” in its name. <a href="\(PageRoute.root)">Show all</a></p>
                """
        }
        return """
            <p>There is no queue yet. Create one below, or from a shell:</p>
            <pre>
            aws --endpoint-url http://\(visit.host) sqs create-queue --queue-name orders</pre>
            """
    }

    private var pager: HTML? {
        guard pages.last > 1 else { return nil }
        func link(_ text: String, to page: Int, rel: String) -> HTML? {
            guard (1...pages.last).contains(page) else { return nil }
            let query = "find=\(find.urlEncoded)&page=\(page)"
            return "<a rel=\"\(rel)\" href=\"\(PageRoute.root)?\(query)\">\(text)</a>"
        }
        return """
            <nav class="pager" aria-label="Pages of queues">\
            \(link("‹ Before", to: pages.this - 1, rel: "prev"))\
            <span>Page \(pages.this) of \(pages.last)</span>\
            \(link("After ›", to: pages.this + 1, rel: "next"))</nav>
            """
    }
}

extension QueueListHTML {
    private var table: HTML {
        let live = live
        let heads: [HTML] = [
            "Queue", "Region", "Kind", "Available", "In flight", "Delayed", "Dead letters",
        ].map { "<th scope=\"col\" role=\"columnheader\">\($0)</th>" }
        return """
            <table role="table" aria-labelledby="queues-head"><thead role="rowgroup">\
            <tr role="row">\(heads)</tr></thead>\
            <tbody role="rowgroup">\(rows.map { html($0, live) })</tbody></table>
            """
    }

    private func html(_ row: Row, _ live: LiveFigures) -> HTML {
        let counts: [HTML] = row.description.counts.map { name, _ in
            "<td role=\"cell\" data-label=\"\(name)\">\(live.html("\(row.place.key) \(name)"))</td>"
        }
        return """
            <tr role="row"><th scope="row" role="rowheader">\(Self.link(row.place))</th>\
            <td role="cell" data-label="Region">\(row.place.region)</td>\
            <td role="cell" data-label="Kind">\(row.description.kind)</td>\(counts)\
            <td role="cell" data-label="Dead letters">\(deadLetters(row))</td></tr>
            """
    }

    private func deadLetters(_ row: Row) -> HTML {
        if let target = row.target { return "to \(Self.link(target))" }
        guard !row.sources.isEmpty else { return "<span class=\"quiet none\">–</span>" }
        return "of \(Self.links(row.sources, most: Self.mostSources))"
    }

    static func link(_ place: QueuePlace) -> HTML { "<a href=\"\(place.path)\">\(place.name)</a>" }

    /// The queues, of many the first, and how many others there are.
    static func links(_ places: [QueuePlace], most: Int) -> HTML {
        let links: [HTML] = places.prefix(most).enumerated().map { index, place in
            index == 0 ? link(place) : ", \(link(place))"
        }
        let others = places.count - most
        return others > 0 ? "\(links) and \(Figures.counted(others, "other"))" : "\(links)"
    }
}

extension QueueDescription {
    var kind: String { isFIFO ? "FIFO" : "standard" }

    /// The counts, as the page calls them.
    var counts: [(name: String, count: Int)] {
        [("Available", visible), ("In flight", inFlight), ("Delayed", delayed)]
    }
}
