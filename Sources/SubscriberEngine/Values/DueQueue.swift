internal import HeapModule

/// Elements ordered by the moment they are due; equal moments keep the order of arrival.
struct DueQueue<Element: Sendable>: Sendable {
    private var heap = Heap<Entry>()
    private var arrivals: UInt64 = 0

    private struct Entry: Comparable {
        let due: Instant
        let arrival: UInt64
        let element: Element

        static func == (left: Entry, right: Entry) -> Bool { left.arrival == right.arrival }
        static func < (left: Entry, right: Entry) -> Bool {
            left.due == right.due ? left.arrival < right.arrival : left.due < right.due
        }
    }

    var count: Int { heap.count }

    /// The entry that is due first.
    var first: (due: Instant, element: Element)? {
        heap.min.map { ($0.due, $0.element) }
    }

    mutating func insert(_ element: Element, due: Instant) {
        arrivals += 1
        heap.insert(Entry(due: due, arrival: arrivals, element: element))
    }

    @discardableResult
    mutating func removeFirst() -> Element? {
        heap.popMin()?.element
    }

    /// The first element, when it is due.
    mutating func popDue(at now: Instant) -> Element? {
        guard let first = heap.min, first.due <= now else { return nil }
        return heap.popMin()?.element
    }

    /// Drops what `isLive` denies. Costs the whole queue: for a compaction, not for each event.
    mutating func keep(_ isLive: (Instant, Element) -> Bool) {
        heap = Heap(heap.unordered.filter { isLive($0.due, $0.element) })
    }
}
