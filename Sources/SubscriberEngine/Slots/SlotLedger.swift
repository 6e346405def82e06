/// Who holds how many of the daemon's slots, and who gets the next one.
///
/// - Each member can always hold one: the last free slots are kept for members that hold none.
/// - Beyond it, whoever asks may borrow what is free.
/// - When several ask, the next slot goes to the one of the highest priority; among equals, to the
///   one with the fewest slots for its weight. A slot in use is not taken away.
/// - For a receive that is expected to bring nothing, a member gets a part of its share only, so
///   that idle queues do not sit on the slots of a busy one for the length of a poll.
package struct SlotLedger: Sendable {
    /// The part of its fair share that an idle receive may hold. With eight idle queues on 64 slots
    /// it holds two each, and leaves 48 to a ninth that is busy.
    static let idlePart = 4

    package struct MemberID: Sendable, Hashable {
        let value: UInt64
    }

    package struct Grant: Sendable, Equatable {
        package let member: MemberID
        package let count: Int
    }

    private struct Member {
        var weight: Int
        var priority: Int
        var held = 0
        var wanted = 0
        var isIdle = true
        var servedAt: UInt64 = 0
    }

    private var members: [MemberID: Member] = [:]
    private var slots: Int
    private var lastID: UInt64 = 0
    private var servings: UInt64 = 0
    /// Slots held by all members.
    package private(set) var inUse = 0

    package init(slots: Int) {
        self.slots = max(1, slots)
    }

    /// The slots there are: as configured, and one for each member where that is more. With fewer,
    /// some queue would not be served at all.
    package var capacity: Int { max(slots, members.count) }

    package func held(by id: MemberID) -> Int { members[id]?.held ?? 0 }

    /// `weight` below 1 counts as 1.
    package mutating func join(weight: Int, priority: Int = 0) -> MemberID {
        lastID += 1
        let id = MemberID(value: lastID)
        members[id] = Member(weight: max(1, weight), priority: priority)
        return id
    }

    /// The member is gone, and all it held is free.
    package mutating func leave(_ id: MemberID) -> [Grant] {
        guard let member = members.removeValue(forKey: id) else { return [] }
        inUse -= member.held
        return settle()
    }

    package mutating func setWeight(_ weight: Int, priority: Int, of id: MemberID) {
        members[id]?.weight = max(1, weight)
        members[id]?.priority = priority
    }

    /// Fewer slots take effect as slots come back.
    package mutating func resize(to slots: Int) -> [Grant] {
        self.slots = max(1, slots)
        return settle()
    }

    /// The member wants so many more than it holds; this replaces what it wanted before.
    package mutating func want(_ count: Int, idle: Bool, for id: MemberID) -> [Grant] {
        guard members[id] != nil else { return [] }
        members[id]?.wanted = max(0, count)
        members[id]?.isIdle = idle
        return settle()
    }

    /// The member gives slots back. More than it holds counts as all it holds.
    package mutating func giveBack(_ count: Int, from id: MemberID) -> [Grant] {
        guard let held = members[id]?.held else { return [] }
        let returned = min(max(0, count), held)
        members[id]?.held = held - returned
        inUse -= returned
        return settle()
    }

    private mutating func settle() -> [Grant] {
        if members.count == 1, let only = members.first { return settle(only.key, only.value) }
        var granted: [MemberID: Int] = [:]
        while let id = next() {
            servings += 1
            members[id]?.held += 1
            members[id]?.wanted -= 1
            members[id]?.servedAt = servings
            inUse += 1
            granted[id, default: 0] += 1
        }
        return granted.map { Grant(member: $0.key, count: $0.value) }
            .sorted { $0.member.value < $1.member.value }
    }

    /// One who is alone gets what is free, in one step.
    private mutating func settle(_ id: MemberID, _ member: Member) -> [Grant] {
        let count = min(member.wanted, capacity - inUse)
        guard count > 0 else { return [] }
        servings += UInt64(count)
        members[id]?.held += count
        members[id]?.wanted -= count
        members[id]?.servedAt = servings
        inUse += count
        return [Grant(member: id, count: count)]
    }

    /// Whose turn it is; nil when no slot can be given.
    private func next() -> MemberID? {
        guard inUse < capacity else { return nil }
        let wanting = members.filter { $0.value.wanted > 0 }
        guard !wanting.isEmpty else { return nil }
        let emptyHanded = members.values.reduce(0) { $0 + ($1.held == 0 ? 1 : 0) }
        let free = capacity - inUse
        let entitled = wanting.filter { _, member in
            guard member.held > 0 else { return true }
            return free > emptyHanded && (!member.isIdle || member.held < idleShare(member))
        }
        return entitled.min { comes($0, before: $1) }?.key
    }

    /// The higher priority first, then fewer slots for the weight, then who was served longest ago,
    /// then who came first.
    private func comes(
        _ left: (key: MemberID, value: Member), before right: (key: MemberID, value: Member)
    ) -> Bool {
        let priorities = (left.value.priority, right.value.priority)
        if priorities.0 != priorities.1 { return priorities.0 > priorities.1 }
        let loads = (left.value.held * right.value.weight, right.value.held * left.value.weight)
        if loads.0 != loads.1 { return loads.0 < loads.1 }
        let served = (left.value.servedAt, right.value.servedAt)
        return served.0 == served.1 ? left.key.value < right.key.value : served.0 < served.1
    }

    private func idleShare(_ member: Member) -> Int {
        guard members.count > 1 else { return capacity }
        let weights = members.values.reduce(0) { $0 + $1.weight }
        return max(1, capacity * member.weight / weights / Self.idlePart)
    }
}
