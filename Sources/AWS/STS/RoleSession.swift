/// What is asked of STS.
struct RoleSession: Sendable, Equatable {
    let roleARN: String
    /// Shown in CloudTrail. `nil` for one that is made up.
    var sessionName: String?
    var externalID: String?
    /// The duration in seconds; `nil` leaves it to STS (an hour).
    var duration: Int?
}
