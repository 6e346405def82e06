/// The ARN of a queue, taken apart: `arn:aws:sqs:REGION:ACCOUNT:NAME`.
struct QueueARN {
    let region: String
    let name: String

    /// Nil where it is none, in whichever partition.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "sqs" else { return nil }
        region = String(parts[3])
        name = String(parts[5])
    }
}
