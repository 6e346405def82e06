import WebPage

/// The page that asks once more before something is deleted.
struct QuestionHTML {
    let order: QueueOrder
    let place: QueuePlace
    let description: QueueDescription
    let visit: PageFrame.Visit

    var title: String { order == .delete ? "Delete \(place.name)?" : "Purge \(place.name)?" }

    var content: HTML {
        let count = description.counts.reduce(0) { $0 + $1.count }
        let messages = count == 0 ? "no message now" : "\(Figures.counted(count, "message")) now"
        return """
            <section aria-labelledby="question-head" id="question">
            <h1 id="question-head">\(title)</h1>
            <p>\(order == .delete ? "The queue itself, its settings and all" : "All") its \
            messages, \(messages), also those in flight and delayed, are deleted. Nothing brings \
            them back.</p>
            \(HTML.form(place.path(of: order), token: visit.token))
            <button class="danger">\(order == .delete ? "Delete the queue" : "Purge")</button>
            <a class="button" href="\(place.path)">Leave it as it is</a></form>
            </section>
            """
    }
}
