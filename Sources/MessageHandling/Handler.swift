/// What runs for a message, as the daemon has it. All that a handler may be asked besides has an
/// answer for those that have nothing to say.
///
/// Public is only ``MessageHandler``, which the authors of handlers write; one place makes a
/// handler of it, with the time that its configuration gives it.
package protocol Handler: Sendable {
    /// Runs for one message.
    ///
    /// - Throws: `HandlerUnavailable`, the same as ``HandlerResult/unavailable(_:)``; anything else
    ///   is ``HandlerResult/threw(_:)``, unless the task was cancelled.
    func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult

    /// Runs for several messages of one group, in their order: ``groupBatch`` at most.
    ///
    /// - Returns: a result for each, up to the first that is not done. What comes after that is not
    ///   worked on, or counts as if it had not been.
    /// - Throws: as ``handle(_:context:)``, for the first of them.
    func handle(inOrder messages: [(Message, HandlerContext)]) async throws -> [HandlerResult]

    /// Runs for several messages that have nothing to do with each other, in any order. Asked of
    /// one that ``isBrief`` only.
    ///
    /// - Returns: a result for each.
    func handle(together messages: [(Message, HandlerContext)]) async -> [HandlerResult]

    /// How many messages of a group it takes at once; 1 for one that knows nothing of groups.
    var groupBatch: Int { get }

    /// Says without a message whether it could work: its program is there, somebody listens at its
    /// endpoint.
    ///
    /// Asked before a message is risked on a handler that could not work a moment ago: each message
    /// tried on it in vain is one receive nearer to the dead-letter queue. Returns within seconds,
    /// or, where something has to be started to know, within the time that its start may take; at
    /// once when the task is cancelled. No message's work is done. To return is no promise: only
    /// that nothing was seen to be in the way.
    ///
    /// - Throws: what is in the way.
    func checkAvailability() async throws(HandlerUnavailable)

    /// Whether its runs neither block their thread nor compute for long: what they wait for they
    /// await. They need no worker then, and run on the thread that carries the network.
    var isNonblocking: Bool { get }
    /// Whether its runs are short, and cost less together than each by itself: those that start at
    /// once go to one worker then, and are cancelled together.
    var isBrief: Bool { get }
    /// Whether it has something of its own while no message is handled, such as processes. Such a
    /// handler lives on through a reload that does not change it, and it alone is told what
    /// follows.
    var isManaged: Bool { get }
    /// Whether no more messages come before some that came are over, since there is no room for
    /// them. One that gathers messages is not to wait for more then. Called in order, and awaited
    /// by nothing but the next call.
    func note(isFull: Bool) async
    /// Few or no messages are to come: the handler was replaced, or the daemon drains. What comes
    /// is still handled, at once, and then nothing is kept.
    func retire() async
    /// Ends everything and returns when nothing is left. Messages in hand come back.
    func shutDown() async
}

extension Handler {
    package func handle(
        inOrder messages: [(Message, HandlerContext)]
    ) async throws -> [HandlerResult] {
        var results: [HandlerResult] = []
        for (message, context) in messages {
            do {
                results.append(try await handle(message, context: context))
            } catch  where !results.isEmpty {
                results.append(HandlerResult(thrown: error))
            }
            guard results.last == .done else { break }
        }
        return results
    }

    package func handle(
        together messages: [(Message, HandlerContext)]
    ) async -> [HandlerResult] {
        var results: [HandlerResult] = []
        for (message, context) in messages {
            do {
                results.append(try await handle(message, context: context))
            } catch {
                results.append(HandlerResult(thrown: error))
            }
        }
        return results
    }

    package func checkAvailability() async throws(HandlerUnavailable) {}
    package var groupBatch: Int { 1 }
    package var isNonblocking: Bool { false }
    package var isBrief: Bool { false }
    package var isManaged: Bool { false }
    package func note(isFull: Bool) async {}
    package func retire() async {}
    package func shutDown() async {}
}
