/// What can be seen of receives from outside.
extension Receiving {
    /// Whether all slots are under messages: no receive is out for one, nor could one go.
    var holdsAllSlots: Bool { demand.leased > 0 && demand.reserved == 0 && demand.free == 0 }

    /// When receives have to be cut, or given up, next.
    func nextCut(isHurried: Bool, after now: Instant) -> Instant? {
        polls.out.values.map { poll in
            poll.cutAt.map { $0 + Drain.answerPatience } ?? cutMoment(poll, isHurried, now)
        }.filter { $0 > now }.min()
    }

    /// Whether no answer is worth waiting for any more.
    func isOver(at now: Instant) -> Bool {
        polls.out.values.allSatisfy { poll in
            poll.cutAt.map { now - $0 >= Drain.answerPatience } ?? false
        }
    }

    /// Receives that are out.
    var out: Int { polls.count }
    /// Messages that wait or run.
    var inHand: Int { demand.inHand }
    var slotsHeld: Int { demand.held }
    var slotsWanted: Int { demand.wanted }
    var currentTrouble: Trouble? { trouble.current }
    var retryAt: Instant? { trouble.retryAt }
}
