internal import Synchronization

/// What has happened to one child, until somebody looks.
///
/// A mailbox of one bit per kind of news: the reactor's thread, the canceller and whoever wants the
/// output post, the one task
/// that supervises the child takes. News that nobody waits for yet stay until they are taken.
final class ChildEvents: Sendable {
    struct News: OptionSet, Hashable {
        let rawValue: UInt16

        static let outputReadable = News(rawValue: 1 << 0)
        static let errorReadable = News(rawValue: 1 << 1)
        /// Every writer of the pipe is gone, and it is empty.
        static let outputEnded = News(rawValue: 1 << 2)
        static let errorEnded = News(rawValue: 1 << 3)
        static let exited = News(rawValue: 1 << 4)
        static let timer = News(rawValue: 1 << 5)
        static let cancelled = News(rawValue: 1 << 6)
        /// The deadline of a cancellation was set.
        static let hurried = News(rawValue: 1 << 7)
        /// Somebody wants what the child has written so far, see ``OutputCatchUp``.
        static let asked = News(rawValue: 1 << 8)

        static let all = News(rawValue: .max)
        /// The end of a stream alone is no reason to wake while the child runs: it comes just
        /// before the exit, and a wake-up less per child is what is won.
        static let whileRunning = all.subtracting([.outputEnded, .errorEnded])
    }

    private struct State {
        var news: News = []
        var waiting: CheckedContinuation<News, Never>?
        var interest: News = []

        /// The waiter to resume, with what it is resumed with.
        mutating func delivery() -> (CheckedContinuation<News, Never>, News)? {
            guard !news.isDisjoint(with: interest), let waiting else { return nil }
            defer { (self.waiting, news) = (nil, []) }
            return (waiting, news)
        }
    }

    private let state = Mutex(State())

    func post(_ news: News) {
        let delivery = state.withLock { state in
            state.news.formUnion(news)
            return state.delivery()
        }
        if let (waiter, news) = delivery { waiter.resume(returning: news) }
    }

    /// What there is now, without waiting.
    func take() -> News {
        state.withLock { state in
            defer { state.news = [] }
            return state.news
        }
    }

    /// Waits until one of `interest` has happened, then takes everything that has.
    /// One task at a time. Not ended by cancellation: the canceller posts ``News/cancelled``.
    func next(of interest: News) async -> News {
        await withCheckedContinuation { continuation in
            let delivery = state.withLock { state in
                state.interest = interest
                state.waiting = continuation
                return state.delivery()
            }
            if let (waiter, news) = delivery { waiter.resume(returning: news) }
        }
    }
}
