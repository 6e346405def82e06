import HTTP
import HTTPServer
import WebPage

/// The pages at `/ui`, by which a person sees the queues and their messages, and changes them.
///
/// All of them is there without a script; that keeps the figures up to date.
struct QueuePages: Sendable {
    /// Who may see the pages.
    struct Admission: Sendable {
        let hosts: KnownHosts
        /// Why nobody may; nil where all is well.
        let objection: String?

        init(_ configuration: EmbeddedQueueServer.Configuration) {
            let names = configuration.names + [configuration.host]
            hosts =
                configuration.allowsRemote
                ? .addresses(and: names) : .loopback(and: names)
            objection =
                configuration.hasPages
                ? nil
                : """
                The pages are off, because other machines reach \(configuration.host), where this \
                queue listens. Have it listen on 127.0.0.1, or start it with --allow-remote.
                """
        }
    }

    static let files: [String: PageAssets.File] = [
        "queues.css": PageAssets.style(PackageResources.queues_css),
        "queues.js": PageAssets.script(PackageResources.queues_js),
        "icon.svg": PageAssets.icon,
    ]

    let driver: StoreDriver
    let account: String
    let admission: Admission
    let door = PageGuard(elsewhere: "programs use the API of SQS")

    /// - Parameter problem: why the body is not there; nil where it is.
    func answer(
        to request: IncomingRequest, _ problem: StoreError? = nil
    ) async -> ServerAnswer {
        let visit = PageFrame.Visit(
            host: request.headers["Host"] ?? "localhost", clock: PageClock(now: driver.present),
            token: door.token)
        do throws(PageRefusal) {
            try check(request)
            if let problem { throw PageRefusal(problem) }
            guard let route = PageRoute(request.path) else { throw .missing }
            return try await answer(to: request, route, visit)
        } catch {
            return error.answer(visit)
        }
    }

    private func check(_ request: IncomingRequest) throws(PageRefusal) {
        if let objection = admission.objection { throw PageRefusal(403, objection) }
        let host = request.headers["Host"]
        guard admission.hosts.include(host) else {
            // Misdirected Request, RFC 9110.
            throw PageRefusal(
                421,
                """
                The pages are not known by the name \(host?.prefix(100) ?? ""): use localhost, or \
                start the queue with --allow-host and that name.
                """)
        }
    }

    private func answer(
        to request: IncomingRequest, _ route: PageRoute, _ visit: PageFrame.Visit
    ) async throws(PageRefusal) -> ServerAnswer {
        let isPost = request.method == "POST"
        guard isPost || ["GET", "HEAD"].contains(request.method) else { throw .method("GET") }
        let form = try PageRefusal.of { () throws(StoreError) in try Self.form(of: request) }
        if isPost, let objection = door.objection(to: request, token: form["token"]) {
            throw PageRefusal(403, "Nothing was done: \(objection).")
        }
        let isLive = request.headers["Accept"] == "application/json"
        switch route {
        case .list where isPost: return try await create(form, visit)
        case .list: return try await list(form, visit, isLive: isLive)
        case .order(let order, let place) where isPost:
            return try await carryOut(order, on: place, form, visit)
        case .order(let order, let place) where order.isQuestioned:
            let description = try await describe(place)
            let question = QuestionHTML(
                order: order, place: place, description: description, visit: visit)
            return PageFrame(title: question.title, visit: visit, content: question.content).answer
        case .order: throw .method("POST")
        case .file, .queue, .message:
            guard !isPost else { throw .method("GET") }
            return try await show(route, form, visit, isLive: isLive)
        }
    }

    private func show(
        _ route: PageRoute, _ query: FormFields, _ visit: PageFrame.Visit, isLive: Bool
    ) async throws(PageRefusal) -> ServerAnswer {
        switch route {
        case .file(let name):
            guard let file = Self.files[name] else { throw .missing }
            return ServerAnswer(200, file.type, file.bytes)
        case .message(let serial, let place):
            return try await message(serial, in: place, visit)
        case .queue(let place) where isLive:
            let description = try await describe(place)
            let moves = try await moves(description)
            return QueueHTML.live(description, moves, visit.clock).answer
        case .queue(let place):
            let html = try await queue(place, query, visit)
            let notice = query["said"].flatMap { QueueOrder(rawValue: $0) }?
                .notice(isFIFO: MessageQueue.isFIFO(place.name))
            return PageFrame(
                title: place.name, visit: visit, live: html.live, notice: notice,
                content: html.content
            ).answer
        case .list, .order: throw .missing
        }
    }

    /// What the request brings: in its body, or behind its path.
    private static func form(of request: IncomingRequest) throws(StoreError) -> FormFields {
        var form = FormFields()
        try form.add(
            request.method == "POST" ? request.body ?? [] : Array((request.query ?? "").utf8))
        return form
    }
}
