/// How many bytes of messages are in hand, and how many messages may come by that.
///
/// How large the messages of a receive are is known when it is back: it is taken to be those of the
/// largest so far lately.
struct BodyWeight: Sendable {
    /// This much of the size that was expected is forgotten with each smaller message.
    private static let forgotten = 0.05

    /// The most bytes in hand; one receive is always allowed.
    var limit: Int
    private var bytes = 0
    private var expected = 0.0

    init(limit: Int) {
        self.limit = limit
    }

    /// So many messages came, of so many bytes together.
    mutating func add(_ bytes: Int, of count: Int) {
        guard count > 0 else { return }
        self.bytes += bytes
        let size = Double(bytes) / Double(count)
        expected = max(size, expected + (size - expected) * Self.forgotten * Double(count))
    }

    mutating func remove(_ bytes: Int) { self.bytes -= bytes }

    /// How many more messages may be asked for beside those that are.
    func room(asked: Int, isEmpty: Bool) -> Int {
        let room = Int(Double(max(0, limit - bytes)) / max(1, expected)) - asked
        return isEmpty && asked == 0 ? max(Receiving.size, room) : max(0, room)
    }
}
