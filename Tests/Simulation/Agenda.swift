import SubscriberEngine

/// What is to happen, the earliest first; equal moments keep the order of arrival.
///
/// A binary heap of this module's own: a generic one of another module is not made for its elements
/// by the compiler, and took a third of a run.
struct Agenda<Element> {
    private struct Entry {
        let due: Instant
        let arrival: UInt64
        let element: Element

        func comes(before other: Entry) -> Bool {
            due == other.due ? arrival < other.arrival : due < other.due
        }
    }

    private var entries: [Entry] = []
    private var arrivals: UInt64 = 0

    /// When the next is due.
    var due: Instant? { entries.first?.due }

    mutating func insert(_ element: Element, due: Instant) {
        arrivals += 1
        let entry = Entry(due: due, arrival: arrivals, element: element)
        entries.append(entry)
        var place = entries.count - 1
        while place > 0, entry.comes(before: entries[(place - 1) / 2]) {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func removeFirst() -> Element? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        if !entries.isEmpty { sink(last) }
        return first.element
    }

    /// Puts an entry where the first was, and lets it sink to its place.
    private mutating func sink(_ entry: Entry) {
        entries[0] = entry
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < entries.count else { return }
            if child + 1 < entries.count, entries[child + 1].comes(before: entries[child]) {
                child += 1
            }
            guard entries[child].comes(before: entry) else { return }
            entries.swapAt(place, child)
            place = child
        }
    }
}
