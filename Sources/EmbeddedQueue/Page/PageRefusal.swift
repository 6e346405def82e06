import HTTPServer
import SQS
import WebPage

/// Why a page is not shown, or what it was asked for not done.
struct PageRefusal: Error {
    let status: Int
    let text: String
    /// The method that is to be used, where it was another.
    private var allow: String?

    init(_ status: Int, _ text: String) {
        self.status = status
        self.text = text
    }

    init(_ error: StoreError) {
        // To a browser it is a page that is not there.
        self.init(error == .noSuchQueue ? 404 : error.code.status, error.message)
    }

    static let missing = PageRefusal(404, "There is no such page.")

    static func method(_ allowed: String) -> PageRefusal {
        var refusal = PageRefusal(405, "That is no page but the end of a form. Use \(allowed).")
        refusal.allow = allowed
        return refusal
    }

    static func of<Value>(_ work: () throws(StoreError) -> Value) throws(PageRefusal) -> Value {
        do throws(StoreError) { return try work() } catch { throw PageRefusal(error) }
    }

    func answer(_ visit: PageFrame.Visit) -> ServerAnswer {
        let content: HTML = """
            <section aria-labelledby="refusal-head"><h1 id="refusal-head">\(text)</h1>
            <p><a href="\(PageRoute.root)">To the queues</a></p></section>
            """
        let html = PageFrame(title: "sqs-subscriber queue", visit: visit, content: content).html
        return ServerAnswer(
            status, "text/html; charset=utf-8", Array(html.text.utf8),
            allow.map { [(name: "Allow", value: $0)] } ?? [])
    }
}

extension ServerAnswer {
    init(
        _ status: Int, _ type: String, _ bytes: [UInt8],
        _ more: [(name: String, value: String)] = []
    ) {
        self.init(
            status: status,
            headers: PageHeaders.all + [(name: "Content-Type", value: type)] + more,
            body: .bytes(bytes))
    }

    /// The end of a form: a page that can be loaded again without doing it again.
    init(leadingTo path: String) {
        self.init(
            status: 303, headers: PageHeaders.all + [(name: "Location", value: path)],
            body: .bytes([]))
    }
}

extension PageFrame {
    var answer: ServerAnswer { answer(200) }

    func answer(_ status: Int) -> ServerAnswer {
        ServerAnswer(status, "text/html; charset=utf-8", Array(html.text.utf8))
    }
}

extension LiveFigures {
    var answer: ServerAnswer { ServerAnswer(200, "application/json", json) }
}
