/// What a button of the page asks for, and the sentence that tells what became of it.
enum PageOrder: String {
    case pause = "/pause"
    case resume = "/resume"
    case redrive = "/redrive"

    /// - Throws: the answer where it was not done.
    func carryOut(
        on queue: String, by daemon: some WatchedDaemon
    ) async throws(ControlAnswer) -> String {
        switch self {
        case .pause:
            try Self.check(await daemon.pause(.named([queue]), persisting: false))
            return "\(queue) is paused: what runs finishes, nothing begins."
        case .resume:
            try Self.check(await daemon.resume(.named([queue])))
            return "\(queue) is served again."
        case .redrive:
            switch await daemon.redrive(queue) {
            case .begun: return "SQS has begun to put the dead letters of \(queue) back."
            case .refused(let reason): throw ControlAnswer(409, error: reason)
            case .stopping: throw .stopping
            }
        }
    }

    private static func check(_ outcome: PauseOutcome) throws(ControlAnswer) {
        if case .changed = outcome { return }
        throw ControlAnswer(outcome)
    }
}
