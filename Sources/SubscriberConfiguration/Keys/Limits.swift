/// The limits that several keys have, each with its reason.
enum Limits {
    /// SQS holds a message invisible for at most 12 hours from its receive (ReceiveMessage API
    /// reference); nothing that happens under one receive can take longer.
    static let lease = Duration.seconds(43_200)
    /// With bodies of 1 MiB, 10,000 messages fill the memory of a large machine.
    static let slots = 10_000
}
