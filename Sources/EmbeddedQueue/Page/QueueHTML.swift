import WebPage

/// The page of a queue.
struct QueueHTML {
    /// Some of its messages, in the order in which they came.
    struct Page {
        let messages: [BrowsedMessage]
        let hasEarlier: Bool
        let hasLater: Bool
    }

    let place: QueuePlace
    let description: QueueDescription
    let page: Page
    /// The queue that its own dead letters go to.
    let target: QueuePlace?
    /// The queues whose dead letters it has.
    let sources: [QueuePlace]
    /// The latest first.
    let moves: [MessageMove]
    /// The queues that its messages may be moved to.
    let destinations: [QueuePlace]
    let address: QueueAddress
    let visit: PageFrame.Visit
    /// What was to be sent, and was not.
    var unsent = FormFields()

    /// Sources that are named; of the others there is the number.
    private static let mostSources = 5

    var content: HTML {
        """
        \(head)
        <div class="columns">
        <section aria-labelledby="messages-head" id="messages">
        <div class="bar"><h2 id="messages-head">Messages \
        <span class="of">the oldest first, none is received by looking</span></h2>\(pager)</div>
        \(page.messages.isEmpty ? empty : list)
        </section>
        <div class="side">
        \(SendFormHTML(place: place, description: description, form: unsent, visit: visit).html)
        \(redrive)
        \(attributes)
        </div>
        </div>
        """
    }

    static func live(
        _ description: QueueDescription, _ moves: [MessageMove], _ clock: PageClock
    ) -> LiveFigures {
        var live = LiveFigures()
        for (name, count) in description.counts { live.texts[name] = Figures.grouped(count) }
        for move in moves where move.status == .running {
            live.texts["moved \(move.id)"] = Figures.grouped(move.moved)
        }
        live.texts["moment"] = clock.text
        let counts = description.counts.map { String($0.count) }
        let running = moves.filter { $0.status == .running }.map(\.id)
        live.state = (counts + running).joined(separator: " ")
        return live
    }

    var live: LiveFigures { Self.live(description, moves, visit.clock) }
}

extension QueueHTML {
    private var head: HTML {
        let live = live
        let facts: [HTML] = description.counts.map { name, _ in
            "<div><dt>\(name)</dt><dd><b>\(live.html(name))</b></dd></div>"
        }
        return """
            <section aria-labelledby="queue-head" id="queue">
            <div class="bar"><h1 id="queue-head">\(place.name)</h1>\
            <p class="tools"><a class="button" href="\(place.path(of: .purge))">Purge…</a> \
            <a class="button" href="\(place.path(of: .delete))">Delete queue…</a></p></div>
            <p class="quiet">\(description.isFIFO ? "FIFO" : "Standard") queue in \
            \(place.region).\(deadLetters)</p>
            <dl class="facts">\(facts)</dl>
            </section>
            """
    }

    private var deadLetters: HTML {
        let policy = description.settings.redrive
        let out: HTML? = target.map { target in
            """
             Its dead letters go to \(QueueListHTML.link(target)) after \
            \(Figures.counted(policy?.maxReceiveCount ?? 0, "receive")).
            """
        }
        guard !sources.isEmpty else { return "\(out)" }
        let links = QueueListHTML.links(sources, most: Self.mostSources)
        return "\(out) It has the dead letters of \(links)."
    }

    private var list: HTML {
        let items: [HTML] = page.messages.map { message in
            MessageHTML(message: message, place: place, visit: visit).card(
                back: page.messages.first?.number.serial)
        }
        return "<ol class=\"messages\">\(items)</ol>"
    }

    private var pager: HTML? {
        guard page.hasEarlier || page.hasLater, let first = page.messages.first,
            let last = page.messages.last
        else { return nil }
        func link(_ text: String, _ query: String, _ isThere: Bool) -> HTML {
            guard isThere else { return "<span class=\"quiet\">\(text)</span>" }
            return "<a href=\"\(place.path)?\(query)#messages\">\(text)</a>"
        }
        return """
            <nav class="pager" aria-label="Pages of messages">\
            \(link("Oldest", "", page.hasEarlier))\
            \(link("‹ Earlier", "to=\(first.number.serial - 1)", page.hasEarlier))\
            \(link("Later ›", "from=\(last.number.serial + 1)", page.hasLater))\
            \(link("Newest", "to=\(UInt64.max)", page.hasLater))</nav>
            """
    }

    private var empty: HTML {
        let url = address.url(of: place.name)
        let (option, argument) =
            description.isFIFO
            ? (
                " \\\n    --message-group-id one --message-deduplication-id 1",
                ",\n                 MessageGroupId=\"one\", MessageDeduplicationId=\"1\""
            ) : ("", "")
        return """
            <p>There is no message. Send one with the form, from a shell, or from Python:</p>
            <pre>
            aws --endpoint-url http://\(visit.host) sqs send-message \\
                --queue-url \(url) \\
                --message-body 'Hello'\(option)</pre>
            <pre>
            sqs = boto3.client("sqs", region_name="\(place.region)",
                               endpoint_url="http://\(visit.host)")
            sqs.send_message(QueueUrl="\(url)",
                             MessageBody="Hello"\(argument))</pre>
            <p class="quiet">Any credentials do, but AWS’s tools want some: \
            <code>AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any</code>, and a region.</p>
            """
    }

    private var attributes: HTML {
        // The counts are above, and stay up to date there.
        let rows =
            [("QueueUrl", address.url(of: place.name))]
            + QueueAttributes.text(description).filter { !$0.name.hasPrefix("Approximate") }
        let moments = [
            "CreatedTimestamp": description.createdAt,
            "LastModifiedTimestamp": description.modifiedAt,
        ]
        let items: [HTML] = rows.map { name, value in
            let moment: HTML? = moments[name].map { " (\(visit.clock.time($0)))" }
            return "<div><dt>\(name)</dt><dd>\(value)\(moment)</dd></div>"
        }
        return """
            <section aria-labelledby="attributes-head" id="attributes">
            <h2 id="attributes-head">Attributes</h2>
            <dl class="pairs">\(items)</dl>
            </section>
            """
    }
}

extension QueueHTML {
    private var redrive: HTML? {
        guard !sources.isEmpty || !moves.isEmpty else { return nil }
        let isRunning = moves.first?.status == .running
        let tasks: HTML? = moves.isEmpty ? nil : "<ul class=\"moves\">\(moves.map(html))</ul>"
        return """
            <section aria-labelledby="redrive-head" id="redrive">
            <h2 id="redrive-head">Redrive</h2>
            \(tasks)\(isRunning || sources.isEmpty ? nil : redriveForm)
            </section>
            """
    }

    private var redriveForm: HTML {
        let prefix = description.arn.dropLast(place.name.count)
        let options: [HTML] = destinations.map {
            "<option value=\"\(prefix)\($0.name)\">\($0.name)</option>"
        }
        return """
            \(HTML.form(place.path(of: .redrive), token: visit.token, name: "fields"))
            <div><label for="destination">Move the messages to</label>\
            <select id="destination" name="destination">\
            <option value="">the queue that each came from</option>\(options)</select></div>
            <div><label for="rate">At most per second</label>\
            <input id="rate" name="rate" type="number" min="\(StoreLimits.moveRate.lowerBound)" \
            max="\(StoreLimits.moveRate.upperBound)" placeholder="no limit"></div>
            <p><button class="primary">Redrive</button></p></form>
            """
    }

    private func html(_ move: MessageMove) -> HTML {
        let isRunning = move.status == .running
        let moved: HTML =
            isRunning
            ? live.html("moved \(move.id)") : "\(Figures.grouped(move.moved))"
        let toMove = Figures.counted(move.toMove, "message")
        let destination = move.destinationARN.flatMap { QueueARN($0)?.name }
        let end: HTML? = destination.map { " to \($0)" }
        return """
            <li data-tone="\(move.tone)"><b>\(move.told)</b>, \(moved) of \
            \(toMove) moved\(end), begun \(visit.clock.time(move.startedAt)).\
            \(isRunning ? running(move) : nil)</li>
            """
    }

    private func running(_ move: MessageMove) -> HTML {
        """
        <progress value="\(move.moved)" max="\(move.toMove)" data-live-value="moved \(move.id)" \
        aria-label="Messages moved"></progress>\
        \(HTML.form(place.path(of: .cancel), token: visit.token))\
        <input type="hidden" name="task" value="\(move.id)">\
        <button>Cancel the redrive</button></form>
        """
    }
}

extension MessageMove {
    fileprivate var told: String {
        switch status {
        case .running: "Running"
        case .completed: "Completed"
        case .cancelled: "Cancelled"
        case .failed(FailureReason.unknownSource):
            "Failed: the next message was sent to this queue itself, so choose where it goes"
        case .failed(FailureReason.missingQueue): "Failed: the queue to move to is gone"
        case .failed(let reason): "Failed: \(reason)"
        }
    }

    fileprivate var tone: String {
        switch status {
        case .failed: "bad"
        case .running, .completed, .cancelled: "good"
        }
    }
}
