internal import MessageHandling

/// The traces of the messages in hand, for what is told of them: a report names a message by its id
/// alone.
///
/// A message stays in it until its lease has ended, its runs have returned, and what came of that
/// was told.
struct TraceBook {
    private struct Entry {
        let messageID: String
        /// The lease, and each of its runs.
        var holders = 1
    }

    private var entries: [LeaseID: Entry] = [:]
    /// The traces by message id; a message may be here by two leases.
    private var traces: [String: (id: String, leases: Int)] = [:]
    private var over: [LeaseID] = []

    func trace(of messageID: String?) -> String? {
        guard !traces.isEmpty, let messageID else { return nil }
        return traces[messageID]?.id
    }

    mutating func arrived(_ message: Message, as lease: LeaseID) {
        guard let trace = message.traceID else { return }
        entries[lease] = Entry(messageID: message.id)
        traces[message.id] = (trace, (traces[message.id]?.leases ?? 0) + 1)
    }

    mutating func runBegan(of lease: LeaseID) {
        if !entries.isEmpty { entries[lease]?.holders += 1 }
    }

    mutating func runReturned(of lease: LeaseID) { letGo(lease) }

    mutating func ended(_ lease: LeaseID) { letGo(lease) }

    private mutating func letGo(_ lease: LeaseID) {
        guard !entries.isEmpty, var entry = entries[lease] else { return }
        entry.holders -= 1
        entries[lease] = entry
        if entry.holders == 0 { over.append(lease) }
    }

    /// Everything was told that had happened.
    mutating func toldAll() {
        guard !over.isEmpty else { return }
        for lease in over {
            guard let messageID = entries.removeValue(forKey: lease)?.messageID,
                let trace = traces[messageID]
            else { continue }
            traces[messageID] = trace.leases > 1 ? (trace.id, trace.leases - 1) : nil
        }
        over.removeAll(keepingCapacity: true)
    }
}
