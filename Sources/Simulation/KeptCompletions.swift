import SubscriberEngine

/// What a daemon keeps on its disk beyond its life, in the order of its coming.
struct KeptCompletions {
    private(set) var completions: [Completion] = []

    mutating func apply(_ change: CompletionChange) {
        switch change {
        case .remembered(let completion):
            completions.removeAll { $0.messageID == completion.messageID }
            completions.append(completion)
        case .forgotten(let messageID):
            completions.removeAll { $0.messageID == messageID }
        }
    }
}
