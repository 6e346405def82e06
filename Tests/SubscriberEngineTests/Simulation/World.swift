import MessageHandling
import SQS
import SubscriberEngine

/// One run of one seed: a queue, one or two daemons' subscriptions, a network that fails between
/// them, handlers of every temper. Virtual time, no threads; the seed makes the run.
final class World {
    enum Action {
        case event(host: Int, life: Int, Event)
        case wake(host: Int, life: Int, at: Instant)
        case receive(host: Int, life: Int, Receive, until: Instant)
        case delete(host: Int, life: Int, BatchID, [Deletion])
        case change(host: Int, life: Int, BatchID, [VisibilityChange])
        case deadLetter(host: Int, life: Int, LeaseID)
        case publish(id: String, group: String?)
        case neighbour(host: Int)
        case stop(host: Int)
        case kill(host: Int)
        case reload(host: Int)
        case calm
    }

    struct Run {
        let messageID: String
        let handler: HandlerID
        var isCancelled = false
        let ignoresCancel: Bool
    }

    /// A daemon, as far as this queue is concerned.
    struct Host {
        var subscription: Subscription
        var life = 0
        var ledger: SlotLedger
        var member: SlotLedger.MemberID
        var neighbour: SlotLedger.MemberID
        var slotsWithEngine = 0
        var out: [PollID: Receive] = [:]
        var known: [LeaseID: VirtualQueue.Stored] = [:]
        var contents: Set<LeaseID> = []
        var ended: Set<LeaseID> = []
        var running: [LeaseID: [HandlerID: Run]] = [:]
        var wakeAt: Instant?
        var stopBy: Instant?
        var isFinished = false
        var requests = 0
    }

    let seed: UInt64
    var chance: Jitter
    let plan: Plan
    var now = Instant.start
    var queue: VirtualQueue
    var hosts: [Host] = []
    var agenda: [(at: Instant, order: Int, action: Action)] = []
    private var order = 0
    var isCalm = false
    /// Handlers that were done with a message, ever.
    var done: [String: Set<HandlerID>] = [:]
    var deadLettered: Set<String> = []
    var sequences: [String: Int] = [:]
    var groups: [String: String] = [:]
    var runs: [String: Int] = [:]
    var duplicated: Set<String> = []
    var violations: [String] = []
    var trace: [String] = []
    /// Keeps every event and effect, for reading one seed.
    var recordsTrace = false
    var lastLease: UInt64 = 0
    /// Messages on their way from the queue to a daemon.
    var inTransit: [LeaseID: VirtualQueue.Stored] = [:]

    init(seed: UInt64, plan: Plan? = nil) {
        self.seed = seed
        chance = Jitter(seed: seed)
        self.plan = plan ?? Plan(&chance)
        queue = VirtualQueue(isFIFO: self.plan.isFIFO)
        for index in 0..<self.plan.hosts { hosts.append(newHost(index)) }
        schedule()
    }

    private func newHost(_ index: Int) -> Host {
        var ledger = SlotLedger(slots: plan.slots)
        let member = ledger.join(weight: 1)
        let neighbour = ledger.join(weight: 1)
        return Host(
            subscription: Subscription(settings: plan.settings, seed: chance.next()),
            ledger: ledger, member: member, neighbour: neighbour)
    }

    private func schedule() {
        for host in hosts.indices { at(.start, .event(host: host, life: 0, .timePassed)) }
        for number in 0..<plan.messages {
            let group = plan.isFIFO ? "g\(Int(chance.next() % UInt64(plan.groups)))" : nil
            let moment = Instant.start + plan.publishing * chance.fraction()
            at(moment, .publish(id: "m\(number)", group: group))
        }
        for (host, moment) in plan.stops { at(moment, .stop(host: host)) }
        for (host, moment) in plan.kills { at(moment, .kill(host: host)) }
        for (host, moment) in plan.reloads { at(moment, .reload(host: host)) }
        if plan.hasNeighbour { at(.start + .seconds(1), .neighbour(host: 0)) }
        at(.start + plan.trouble, .calm)
    }

    func at(_ moment: Instant, _ action: Action) {
        order += 1
        var low = 0
        var high = agenda.count
        while low < high {
            let middle = (low + high) / 2
            let entry = agenda[middle]
            // Latest first, so that the next one is taken from the end.
            if entry.at > moment || entry.at == moment && entry.order > order {
                low = middle + 1
            } else {
                high = middle
            }
        }
        agenda.insert((moment, order, action), at: low)
    }

    func happens(_ probability: Double) -> Bool {
        chance.fraction() < (isCalm ? 0 : probability)
    }

    func delay() -> Duration {
        let base = Duration.milliseconds(1) + .milliseconds(20) * chance.fraction()
        return happens(plan.slowAnswer) ? base + .seconds(4) * chance.fraction() : base
    }

    /// Runs until everything is over or `limit` virtual time has passed.
    func run(for limit: Duration) {
        while let next = agenda.popLast(), violations.isEmpty {
            guard next.at <= .start + limit else { break }
            now = max(now, next.at)
            perform(next.action)
        }
    }

    private func perform(_ action: Action) {
        switch action {
        case .event(let host, let life, let event):
            guard hosts[host].life == life, let event = arrive(event, host) else { return }
            turn(host, event)
        case .wake(let host, let life, let moment):
            if hosts[host].life == life, hosts[host].wakeAt == moment {
                turn(host, .timePassed)
            }
        case .receive(let host, let life, let receive, let until):
            serve(host, life, receive, until)
        case .delete(let host, let life, let batch, let entries):
            serveDelete(host, life, batch, entries)
        case .change(let host, let life, let batch, let entries):
            serveChange(host, life, batch, entries)
        case .deadLetter(let host, let life, let lease):
            serveDeadLetter(host, life, lease)
        case .publish(let id, let group):
            queue.publish(id, group: group, at: now)
            sequences[id] = queue.messages.last?.sequence
            groups[id] = group
        case .neighbour(let host): disturb(host)
        case .stop(let host): stop(host)
        case .kill(let host): kill(host)
        case .reload(let host): turn(host, .settingsChanged(plan.changed(&chance)))
        case .calm: isCalm = true
        }
    }

    private func stop(_ host: Int) {
        guard !hosts[host].isFinished else { return }
        let grace = Duration.seconds(20) * chance.fraction()
        hosts[host].stopBy = now + grace + Drain.longestEnd + Drain.answerPatienceMaximum
        turn(host, .stop(graceUntil: now + grace))
        guard happens(0.3) else { return }
        let again = now + grace * chance.fraction()
        at(again, .event(host: host, life: hosts[host].life, .stopNow))
    }

    /// The process dies and another one starts, knowing nothing.
    private func kill(_ host: Int) {
        let life = hosts[host].life + 1
        hosts[host] = newHost(host)
        hosts[host].life = life
        at(now + .milliseconds(100), .event(host: host, life: life, .timePassed))
    }

    /// Another subscription of the daemon takes and gives slots.
    private func disturb(_ host: Int) {
        let neighbour = hosts[host].neighbour
        guard !isCalm else { return deliver(hosts[host].ledger.leave(neighbour), host) }
        let held = hosts[host].ledger.held(by: neighbour)
        var grants = hosts[host].ledger.giveBack(
            Int(chance.next() % UInt64(held + 1)), from: neighbour)
        grants += hosts[host].ledger.want(
            Int(chance.next() % 12), idle: happens(0.3), for: neighbour)
        deliver(grants, host)
        at(now + .milliseconds(200), .neighbour(host: host))
    }

    func deliver(_ grants: [SlotLedger.Grant], _ host: Int) {
        for grant in grants where grant.member == hosts[host].member {
            let life = hosts[host].life
            at(now, .event(host: host, life: life, .slotsGranted(grant.count)))
        }
    }
}
