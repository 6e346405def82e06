import HTTP
import HTTPServer
import SQS
import WebPage

/// What the pages show.
extension QueuePages {
    /// Queues of a page.
    private static let queuesPerPage = 100
    /// Messages of a page.
    private static let messagesPerPage = 25
    /// Queues to choose from for a redrive: who has more asks for it by the API.
    private static let mostDestinations = 200

    func perform(_ request: StoreRequest, in region: String) async throws(PageRefusal)
        -> StoreAnswer
    {
        let answer = await driver.perform(request, in: region, on: nil)
        return try PageRefusal.of { () throws(StoreError) in try answer.get() }
    }

    func describe(_ place: QueuePlace) async throws(PageRefusal) -> QueueDescription {
        let answer = try await perform(.describeQueue(place.name), in: place.region)
        guard case .description(let description) = answer else { throw .missing }
        return description
    }

    func moves(_ description: QueueDescription) async throws(PageRefusal) -> [MessageMove] {
        let arn = description.arn
        let request = StoreRequest.listMoves(from: arn, maximum: StoreLimits.moveTasks.upperBound)
        let answer = try await perform(request, in: QueueARN(arn)?.region ?? driver.home)
        guard case .moves(let moves) = answer else { return [] }
        return moves
    }

    func list(
        _ query: FormFields, _ visit: PageFrame.Visit, isLive: Bool
    ) async throws(PageRefusal) -> ServerAnswer {
        let html = try await list(query, visit)
        guard !isLive else { return html.live.answer }
        let notice = query["said"].flatMap { QueueOrder(rawValue: $0)?.notice(isFIFO: false) }
        return PageFrame(
            title: "Queues", visit: visit, live: html.live, notice: notice, content: html.content
        ).answer
    }

    func list(
        _ query: FormFields, _ visit: PageFrame.Visit
    ) async throws(PageRefusal) -> QueueListHTML {
        let all = driver.outline
        let find = query["find"] ?? ""
        let found =
            find.isEmpty
            ? all : all.filter { $0.place.name.lowercased().contains(find.lowercased()) }
        let last = max(1, (found.count + Self.queuesPerPage - 1) / Self.queuesPerPage)
        let page = min(max(1, query["page"].flatMap { Int($0) } ?? 1), last)
        let sources = Self.sources(all)
        var rows: [QueueListHTML.Row] = []
        for outline in found.dropFirst((page - 1) * Self.queuesPerPage).prefix(Self.queuesPerPage) {
            let request = StoreRequest.describeQueue(outline.place.name)
            let answer = await driver.perform(request, in: outline.place.region, on: nil)
            switch answer {
            case .success(.description(let description)):
                rows.append(
                    QueueListHTML.Row(
                        place: outline.place, description: description, target: outline.target,
                        sources: sources[outline.place] ?? []))
            case .success: break
            // Deleted meanwhile.
            case .failure(.noSuchQueue): break
            case .failure(let error): throw PageRefusal(error)
            }
        }
        return QueueListHTML(
            rows: rows, find: find, total: all.count, found: found.count, pages: (page, last),
            visit: visit)
    }

    private static func sources(_ all: [QueueOutline]) -> [QueuePlace: [QueuePlace]] {
        var sources: [QueuePlace: [QueuePlace]] = [:]
        for outline in all {
            if let target = outline.target { sources[target, default: []].append(outline.place) }
        }
        return sources
    }

    func queue(
        _ place: QueuePlace, _ query: FormFields, _ visit: PageFrame.Visit
    ) async throws(PageRefusal) -> QueueHTML {
        // What is told of the messages is on the disk when the rest is answered.
        let page = try await messages(of: place, query)
        let description = try await describe(place)
        let moves = try await moves(description)
        let all = driver.outline
        let destinations = all.map(\.place).filter {
            $0.region == place.region && $0 != place
                && MessageQueue.isFIFO($0.name) == description.isFIFO
        }
        let region = place.region == driver.home ? nil : place.region
        return QueueHTML(
            place: place, description: description, page: page,
            target: all.first { $0.place == place }?.target,
            sources: Self.sources(all)[place] ?? [], moves: moves,
            destinations: Array(destinations.prefix(Self.mostDestinations)),
            address: QueueAddress(host: visit.host, account: account, region: region),
            visit: visit)
    }

    /// One more message is looked for than is shown, which tells whether there are others.
    private func messages(
        of place: QueuePlace, _ query: FormFields
    ) async throws(PageRefusal) -> QueueHTML.Page {
        let most = Self.messagesPerPage
        if let end = query["to"].flatMap({ UInt64($0) }) {
            let found = try await browse(back: end, most + 1, of: place)
            if let last = found.first {
                let later = try await browse(from: last.number.serial + 1, 1, of: place)
                return QueueHTML.Page(
                    messages: found.prefix(most).reversed(), hasEarlier: found.count > most,
                    hasLater: !later.isEmpty)
            }
        }
        let start = max(1, query["from"].flatMap { UInt64($0) } ?? 1)
        let found = try await browse(from: start, most + 1, of: place)
        let earlier = try await browse(back: start - 1, 1, of: place)
        return QueueHTML.Page(
            messages: Array(found.prefix(most)), hasEarlier: !earlier.isEmpty,
            hasLater: found.count > most)
    }

    private func browse(
        from start: UInt64, _ maximum: Int, of place: QueuePlace
    ) async throws(PageRefusal) -> [BrowsedMessage] {
        try await browse(MessageSlice(from: start, maximum: maximum), of: place)
    }

    private func browse(
        back start: UInt64, _ maximum: Int, of place: QueuePlace
    ) async throws(PageRefusal) -> [BrowsedMessage] {
        try await browse(
            MessageSlice(from: start, isBackward: true, maximum: maximum), of: place)
    }

    private func browse(
        _ slice: MessageSlice, of place: QueuePlace
    ) async throws(PageRefusal) -> [BrowsedMessage] {
        var found: [BrowsedMessage] = []
        var rest: MessageSlice? = slice
        while let slice = rest {
            let answer = try await perform(.browse(slice, of: place.name), in: place.region)
            guard case .browsed(let browsed) = answer else { break }
            found += browsed.messages
            rest = browsed.rest
        }
        return found
    }

    func message(
        _ serial: UInt64, in place: QueuePlace, _ visit: PageFrame.Visit
    ) async throws(PageRefusal) -> ServerAnswer {
        let found = try await browse(from: serial, 1, of: place)
        guard let message = found.first, message.number.serial == serial else {
            throw PageRefusal(404, "The message is not in the queue any more.")
        }
        let html = MessageHTML(message: message, place: place, visit: visit)
        return PageFrame(
            title: "Message in \(place.name)", visit: visit, content: html.page
        ).answer
    }
}

/// What the pages do.
extension QueuePages {
    /// Creates a queue, as `--create` does.
    func create(
        _ form: FormFields, _ visit: PageFrame.Visit
    ) async throws(PageRefusal) -> ServerAnswer {
        let text = (form["name"] ?? "").filter { !$0.isWhitespace }
        do throws(StoreError) {
            let definition = try QueueDefinition(text)
            try await driver.create(definition)
            return ServerAnswer(
                leadingTo: QueuePlace(region: driver.home, name: definition.name).path)
        } catch {
            var html = try await list(FormFields(), visit)
            html.unmade = text
            return PageFrame(
                title: "Queues", visit: visit, refusal: error.message, content: html.content
            ).answer(error.code.status)
        }
    }

    /// Where it cannot be done the page says why, with what was typed.
    func carryOut(
        _ order: QueueOrder, on place: QueuePlace, _ form: FormFields, _ visit: PageFrame.Visit
    ) async throws(PageRefusal) -> ServerAnswer {
        let description = try await describe(place)
        do throws(StoreError) {
            let request = try order.request(form, on: place, arn: description.arn)
            _ = try await driver.perform(request, in: place.region, on: nil).get()
        } catch {
            var html = try await queue(place, FormFields(), visit)
            if order == .send { html.unsent = form }
            return PageFrame(
                title: place.name, visit: visit, refusal: error.message, content: html.content
            ).answer(error.code.status)
        }
        guard order != .delete else {
            return ServerAnswer(leadingTo: "\(PageRoute.root)?said=\(order.rawValue)")
        }
        let from = form["from"].flatMap { UInt64($0) }.map { "&from=\($0)" } ?? ""
        return ServerAnswer(leadingTo: "\(place.path)?said=\(order.rawValue)\(from)")
    }
}

extension String {
    var urlEncoded: String { String(percentEncoding: self, keeping: isUnreserved) }
}
