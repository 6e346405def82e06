/// What the next receives depend on, beside what is known of receives.
struct ReceiveTerms {
    /// Whether anything may be received: the subscription runs and is not choked.
    let isOpen: Bool
    let allowance: AvailabilityGate.Allowance
    /// How many messages the handlers have work for, at the pace that they have now.
    let capacity: Int
    /// The capacity at their usual pace.
    let usualCapacity: Int
    /// How many messages may be asked for before there is a worker for them.
    let ahead: Int
    /// How many messages wait for a slot and nothing else, or would start with those that do.
    let ready: Int
    /// The lease to ask for; nil as long as it is not known.
    let visibilityTimeout: Duration?
    let now: Instant

    var isGateShut: Bool { allowance != .all }
}
