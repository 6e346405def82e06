import Calendar
import JSON
import WebPage

/// The moment of a page, and how it tells others.
struct PageClock: Sendable {
    let now: StoreInstant

    func time(_ instant: StoreInstant) -> HTML {
        let seconds = Int(instant.seconds)
        let text = ClockFace(now: Int(now.seconds)).text(seconds)
        return "<time datetime=\"\(CivilTime(seconds: seconds).iso8601)\">\(text)</time>"
    }

    var text: String { ClockFace(now: Int(now.seconds)).text(Int(now.seconds)) }
}

/// The figures of a page that change while somebody looks.
struct LiveFigures: Sendable {
    /// The figures by the names that the page has for them.
    var texts: [String: String] = [:]
    /// Another one where the page would be another, beside the figures.
    var state = ""

    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("state", state)
            json.member("texts", texts)
        }
        return json.bytes
    }

    /// The place of a figure in the page.
    func html(_ name: String) -> HTML { "<span data-live=\"\(name)\">\(texts[name] ?? "–")</span>" }
}

/// What all pages have around what they show.
struct PageFrame {
    /// Who asks, and when.
    struct Visit: Sendable {
        /// The name by which the server is reached, with its port.
        let host: String
        let clock: PageClock
        /// What each form brings back.
        let token: String
    }

    let title: String
    let visit: Visit
    /// Nil where the page does not change by itself.
    var live: LiveFigures?
    /// What was done.
    var notice: String?
    /// Why something was not done.
    var refusal: String?
    let content: HTML

    var html: HTML {
        let state: HTML? = live.map { " data-state=\"\($0.state)\"" }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <link rel="icon" type="image/svg+xml" href="/ui/icon.svg">
            <link rel="stylesheet" href="/ui/queues.css">
            <script src="/ui/queues.js" defer></script>
            </head>
            <body\(state)>
            <a class="skip" href="#main">To the content</a>
            <header>
            <p class="brand"><span aria-hidden="true" class="mark"></span>\
            <a href="/ui">sqs-subscriber queue</a></p>
            <p class="place">http://\(visit.host)</p>
            \(link)
            </header>
            <main id="main">
            \(said)
            \(content)
            </main>
            </body>
            </html>
            """
    }

    private var link: HTML? {
        guard let live else { return nil }
        return """
            <p class="link" id="link"><span id="link-state">as of \(live.html("moment")), \
            <a href="">load again</a></span></p>
            """
    }

    private var said: HTML {
        let notice: HTML? = notice.map { "<p class=\"said\" role=\"status\">\($0)</p>" }
        let refusal: HTML? = refusal.map {
            "<p class=\"said\" data-tone=\"bad\" role=\"alert\">\($0)</p>"
        }
        return """
            \(notice)\(refusal)<p class="said" id="changed" role="status" hidden>\
            What is shown here has changed since: <a href="">load again</a></p>
            """
    }
}

extension HTML {
    /// The start of a form: it works on this page alone.
    static func form(_ action: String, token: String, name: String = "") -> HTML {
        """
        <form method="post" action="\(action)" class="\(name)">\
        <input type="hidden" name="token" value="\(token)">
        """
    }
}
