package import MessageHandling

/// Which of the handlers of a queue want a message: an answer for each, in the order in which the
/// driver was given them, and no fewer. Called outside of the driver's loop, for each message of a
/// receive before the engine hears of it: the lease runs meanwhile, and nothing renews it.
package typealias HandlerMatcher = @Sendable (Message) async -> [Bool]
