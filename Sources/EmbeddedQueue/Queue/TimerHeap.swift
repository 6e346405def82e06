import HeapModule

/// Keys by the instant at which something is due for them; setting and taking is O(log n).
///
/// Nothing is ever removed from the middle: who takes a timer asks whether it still stands. Timers
/// that do not are swept once they outnumber the standing ones, so that they cost O(1) each.
struct TimerHeap: Sendable {
    struct Timer: Comparable, Sendable {
        let at: StoreInstant
        let key: UInt64

        static func < (left: Timer, right: Timer) -> Bool {
            (left.at, left.key) < (right.at, right.key)
        }
    }

    /// Below this many, sweeping costs more than it frees.
    private static let sweepFloor = 64

    private var heap = Heap<Timer>()

    var next: Timer? { heap.min }

    mutating func set(_ key: UInt64, at instant: StoreInstant) {
        heap.insert(Timer(at: instant, key: key))
    }

    mutating func removeNext() {
        _ = heap.popMin()
    }

    /// Drops the timers that no longer stand, where more than half do not. `count` is how many do.
    mutating func sweep(standing count: Int, where stands: (Timer) -> Bool) {
        guard heap.count > 2 * count + Self.sweepFloor else { return }
        heap = Heap(heap.unordered.filter(stands))
    }
}
