import HTTP
package import HTTPServer
import JSON
import Logging
import WebPage

/// Answers the requests of the page's address: the page, its files and what keeps it up to date.
package struct PageResponder<Daemon: WatchedDaemon>: Sendable {
    /// The time between two states that an open page is sent.
    private static var eventInterval: Duration { .seconds(1) }
    /// States between two loads: there is a new one every five seconds.
    private static var statesPerLoad: Int { 5 }
    private static var mostFailures: Int { 20 }
    /// No request has a body that is worth mentioning.
    static var largestBody: Int { 64 << 10 }

    private let daemon: Daemon
    private let identity: ControlServer.Page
    private let door = PageGuard(elsewhere: "scripts use the control socket")
    // A page of another site can have a browser ask as fast as it can.
    private let refusal = SparseLine(every: 60)
    private let surroundings: ControlServer.Surroundings
    // However many look: the engine's thread, which makes these, has messages to carry.
    private let statuses: SingleFlight<StatusReport>

    package init(
        _ page: ControlServer.Page, of daemon: Daemon, in surroundings: ControlServer.Surroundings
    ) {
        self.daemon = daemon
        identity = page
        self.surroundings = surroundings
        statuses = SingleFlight { await daemon.watchedStatus() }
    }

    package func answer(to request: IncomingRequest) async -> ServerAnswer {
        if let refusal = ControlAnswer.refusal(
            of: request, identity.hosts, largestBody: Self.largestBody)
        {
            return refusal.answer
        }
        do throws(ControlAnswer) {
            if identity.allowsActions, let order = PageOrder(rawValue: request.path) {
                return try await answer(to: order, request)
            }
            return try await show(request)
        } catch {
            return error.answer
        }
    }

    private func show(_ request: IncomingRequest) async throws(ControlAnswer) -> ServerAnswer {
        let file = PageFiles.files[request.path]
        guard file != nil || ["/", "/events"].contains(request.path) else {
            throw ControlAnswer(404, error: "there is nothing at \(request.path.prefix(100))")
        }
        guard ["GET", "HEAD"].contains(request.method) else {
            throw ControlAnswer(405, error: "use GET", allow: "GET")
        }
        if let file { return answer(file.bytes, type: file.type) }
        let choice = PageChoice(try ControlQuery(form: request.query ?? ""))
        return request.path == "/" ? await page(choice) : events(choice)
    }

    // MARK: Actions

    /// Does what a button asks for. A script is told in JSON, what was asked for without one leads
    /// back to the page.
    private func answer(
        to order: PageOrder, _ request: IncomingRequest
    ) async throws(ControlAnswer) -> ServerAnswer {
        guard request.method == "POST" else {
            throw ControlAnswer(405, error: "use POST", allow: "POST")
        }
        let form = try ControlQuery(form: String(decoding: request.body ?? [], as: UTF8.self))
        if let objection = door.objection(to: request, token: form.first("token")) {
            if refusal.take(at: surroundings.time()) {
                surroundings.logger.warning(
                    """
                    \(order.rawValue) was refused on the page: \(objection). Others are not told \
                    of for a minute
                    """)
            }
            throw ControlAnswer(403, error: objection)
        }
        let said = try await order.carryOut(on: try form.only("queue"), by: daemon)
        if request.headers["Accept"] == "application/json" {
            return ControlAnswer(200) { $0.member("said", said) }.answer
        }
        return ServerAnswer(
            status: 303, headers: PageHeaders.all + [(name: "Location", value: "/#queues")],
            body: .bytes([]))
    }

    // MARK: The page

    private func answer(_ bytes: [UInt8], type: String) -> ServerAnswer {
        ServerAnswer(
            status: 200, headers: PageHeaders.all + [(name: "Content-Type", value: type)],
            body: .bytes(bytes))
    }

    private func page(_ choice: PageChoice) async -> ServerAnswer {
        let report = await statuses.value()
        let now = surroundings.time()
        let html = PageHTML(
            view: view(report, now), failures: failures(now),
            story: choice.message.map { ($0, story(of: $0, report, now)) }, queue: choice.queue,
            token: identity.allowsActions ? door.token : "")
        return answer(Array(html.text.utf8), type: "text/html; charset=utf-8")
    }

    private func view(_ report: StatusReport, _ now: Int) -> PageView {
        PageView(
            PageView.Source(
                report: report, load: daemon.load(of: nil), host: identity.host, now: now,
                allowsActions: identity.allowsActions))
    }

    private func failures(_ now: Int) -> [ShownEvent] {
        daemon.failures(Self.mostFailures).map { ShownEvent($0, now: now, isLinked: true) }
    }

    private func story(of id: String, _ report: StatusReport, _ now: Int) -> [ShownEvent] {
        let past = daemon.story(of: id).map { ShownEvent($0, now: now, isLinked: false) }
        let present = report.queues.flatMap { queue in
            queue.runs.filter { $0.messageID == id }.map {
                ShownEvent($0, of: queue.name, now: now)
            }
        }
        return past + present
    }

    // MARK: Events

    /// All at once, and then what is new, every second, until the page is closed: made only when it
    /// has taken what came before.
    private func events(_ choice: PageChoice) -> ServerAnswer {
        let progress = PageProgress()
        let parts = AsyncStream<[UInt8]> {
            let step = progress.begin()
            if step > 0 {
                guard (try? await surroundings.wait(Self.eventInterval)) != nil else { return nil }
            }
            return await part(choice, step, progress)
        }
        return ServerAnswer(
            status: 200,
            headers: PageHeaders.all + [(name: "Content-Type", value: "text/event-stream")],
            body: .parts(parts))
    }

    private func part(
        _ choice: PageChoice, _ step: Int, _ progress: PageProgress
    ) async -> [UInt8] {
        let report = await statuses.value()
        let now = surroundings.time()
        var part = PageEvents()
        var view = view(report, now)
        if let id = choice.message {
            let events = story(of: id, report, now)
            view.texts["story-note"] = PageHTML.note(on: events)
            part.add("story", events)
        } else {
            view.texts["story-note"] = PageHTML.note(on: nil)
        }
        part.add("state") { json in json.object { view.write(to: &$0) } }
        if progress.isNew(failures: daemon.failureCount) { part.add("failures", failures(now)) }
        if step.isMultiple(of: Self.statesPerLoad) {
            let load = daemon.load(of: choice.queue)
            part.add("load") { json in json.object { load.write(to: &$0) } }
        }
        return part.bytes
    }
}

/// What the page's address asks to see.
private struct PageChoice {
    /// The one whose load is shown; nil for all.
    let queue: String?
    /// The one whose story is told.
    let message: String?

    init(_ query: ControlQuery) {
        queue = query.first("queue").flatMap { $0.isEmpty ? nil : $0 }
        let id = query.first("message")?.filter { !$0.isWhitespace }
        message = id.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Server-sent events (WHATWG HTML Living Standard, 9.2), several at once.
private struct PageEvents {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ name: String, _ write: (inout JSONWriter) -> Void) {
        var json = JSONWriter()
        write(&json)
        bytes += Array("event: \(name)\ndata: ".utf8) + json.bytes + Array("\n\n".utf8)
    }

    mutating func add(_ name: String, _ events: [ShownEvent]) {
        add(name) { json in
            json.array { json in
                for event in events { json.object { event.write(to: &$0) } }
            }
        }
    }
}
