/// Who runs next of what must not run side by side: the messages of one group of a FIFO queue, and,
/// in every queue, several deliveries of the same message.
///
/// A line is named by the message group in a FIFO queue and by the message id elsewhere. One lease
/// of a line is active; the others wait in the order of their arrival, but for those that a handler
/// takes along with it, to work on them in order. A handler that was given up but has not returned
/// holds its line back, so that this process never runs two of a line at once.
struct GroupOrder: Sendable {
    private struct Line {
        var active: LeaseID?
        var waiting: [LeaseID] = []
        /// Leases that ended while a handler of theirs still runs.
        var abandoned = 0

        var isEmpty: Bool { active == nil && waiting.isEmpty && abandoned == 0 }
    }

    private var lines: [String: Line] = [:]

    /// A lease joins the end of its line. True when it is the active one.
    mutating func join(_ lease: LeaseID, _ name: String) -> Bool {
        guard var line = lines[name] else {
            lines[name] = Line(active: lease)
            return true
        }
        if line.active == nil, line.waiting.isEmpty, line.abandoned == 0 {
            line.active = lease
            lines[name] = line
            return true
        }
        line.waiting.append(lease)
        lines[name] = line
        return false
    }

    func isActive(_ lease: LeaseID, _ name: String) -> Bool {
        lines[name]?.active == lease
    }

    /// Whether another lease of the line is ahead of this one.
    func isBehind(_ lease: LeaseID, _ name: String) -> Bool {
        guard let line = lines[name], let first = line.active ?? line.waiting.first else {
            return false
        }
        return first != lease
    }

    /// Whether a handler that was given up, and still runs, holds this line back.
    func isHeldBack(_ name: String) -> Bool {
        (lines[name]?.abandoned ?? 0) > 0
    }

    /// A lease leaves its line. Answers the one that becomes active by it, if any.
    mutating func leave(_ lease: LeaseID, _ name: String) -> LeaseID? {
        guard var line = lines[name] else { return nil }
        if line.active == lease {
            line.active = nil
        } else {
            line.waiting.removeAll { $0 == lease }
        }
        return store(&line, name)
    }

    /// A lease leaves its line, and nothing follows from it: the caller empties the line.
    mutating func remove(_ lease: LeaseID, _ name: String) {
        guard var line = lines[name] else { return }
        if line.active == lease { line.active = nil }
        line.waiting.removeAll { $0 == lease }
        lines[name] = line.isEmpty ? nil : line
    }

    /// All leases of the line, in order.
    func members(of name: String) -> [LeaseID] {
        guard let line = lines[name] else { return [] }
        return (line.active.map { [$0] } ?? []) + line.waiting
    }

    /// The leases behind this one in its line, in order.
    func followers(of lease: LeaseID, _ name: String) -> [LeaseID] {
        guard let line = lines[name] else { return [] }
        if line.active == lease { return line.waiting }
        guard let index = line.waiting.firstIndex(of: lease) else { return [] }
        return Array(line.waiting[(index + 1)...])
    }

    /// A lease leaves its line together with all that came after it, but for those that run.
    /// Answers those that leave with it, in order.
    mutating func cut(
        _ lease: LeaseID, _ name: String, keeping running: [LeaseID] = []
    ) -> [LeaseID] {
        let followers = followers(of: lease, name).filter { !running.contains($0) }
        guard var line = lines[name] else { return [] }
        if line.active == lease {
            line.active = running.first
            line.waiting = Array(running.dropFirst())
        } else if let index = line.waiting.firstIndex(of: lease) {
            line.waiting.replaceSubrange(index..., with: running)
        }
        lines[name] = line.isEmpty ? nil : line
        return followers
    }

    /// A lease of this line ended while a handler of it still runs.
    mutating func abandon(_ name: String) {
        lines[name, default: Line()].abandoned += 1
    }

    /// Such a handler returned. Answers the lease that becomes active by it, if any.
    mutating func abandonedReturned(_ name: String) -> LeaseID? {
        guard var line = lines[name] else { return nil }
        line.abandoned = max(0, line.abandoned - 1)
        return store(&line, name)
    }

    private mutating func store(_ line: inout Line, _ name: String) -> LeaseID? {
        var next: LeaseID?
        if line.active == nil, line.abandoned == 0, !line.waiting.isEmpty {
            next = line.waiting.removeFirst()
            line.active = next
        }
        lines[name] = line.isEmpty ? nil : line
        return next
    }
}
