import SQS
import Synchronization

/// The body of one request, as it comes, within what one may have and all may have together.
struct RequestBytes: Sendable {
    /// The largest: 1 MiB of message, of which JSON may write each byte as a six-byte escape, and
    /// room for names.
    static let most = 8 * 1_048_576
    /// What each may have whatever the others have, so that large ones do not keep small ones out:
    /// the number of connections bounds it.
    private static let always = 65_536

    private let room: BodyRoom
    private var bytes: [UInt8] = []
    private var taken = 0
    private var problem: StoreError?

    init(in room: BodyRoom) {
        self.room = room
    }

    /// Adds what came; nothing is kept of a body that there is no room for.
    mutating func append(_ more: some Collection<UInt8>) {
        guard problem == nil else { return }
        let size = bytes.count + more.count
        if size > Self.most {
            forget(StoreError(.requestTooLarge, "The request is larger than \(Self.most) bytes."))
        } else if size > Self.always, !room.take(size - max(taken, Self.always)) {
            forget(
                StoreError(
                    .requestThrottled,
                    """
                    The large requests at hand have more than \(BodyRoom.most) bytes together: \
                    try again.
                    """))
        } else {
            taken = size
            bytes.append(contentsOf: more)
        }
    }

    private mutating func forget(_ problem: StoreError) {
        leave()
        self.problem = problem
    }

    /// Gives its room back, and keeps nothing.
    mutating func leave() {
        room.give(max(0, taken - Self.always))
        (bytes, taken) = ([], 0)
    }

    /// All that came.
    func whole() throws(StoreError) -> [UInt8] {
        if let problem { throw problem }
        return bytes
    }
}

/// The memory of the large bodies that are being read or worked on.
final class BodyRoom: Sendable {
    /// Sixteen of the largest at once, a hundred and more with a full message each. Clients that
    /// send more at once are told to come again, as AWS tells those that send too often.
    static let most = 128 * 1_048_576

    private let taken = Mutex(0)

    /// Whether there was room.
    func take(_ count: Int) -> Bool {
        taken.withLock { taken in
            guard taken + count <= Self.most else { return false }
            taken += count
            return true
        }
    }

    func give(_ count: Int) {
        taken.withLock { $0 -= count }
    }
}
