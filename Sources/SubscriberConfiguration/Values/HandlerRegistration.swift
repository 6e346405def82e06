/// A handler that the program brings along, written in Swift.
///
/// A file in `handlers.d` uses it by its name: `[swift]` with `handler = "NAME"`.
package struct HandlerRegistration: Sendable, Equatable {
    package let name: String
    /// Its name, URL or ARN: subscribed to by the program itself, without a file. A file of the
    /// same name takes the place of that subscription. Nil where only files decide.
    package let queue: String?
    /// The concurrency of the program's own subscription.
    package let concurrency: Int

    package init(name: String, queue: String?, concurrency: Int) {
        self.name = name
        self.queue = queue
        self.concurrency = concurrency
    }
}
