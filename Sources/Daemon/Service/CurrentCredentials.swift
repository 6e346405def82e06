import AWS
import Synchronization

/// The credentials that requests are signed with, and the way to say that the service refused them.
final class CurrentCredentials: Sendable {
    private let cache: CredentialCache
    private let last = Mutex<Credentials?>(nil)

    init(cache: CredentialCache) {
        self.cache = cache
    }

    func get() async throws(CredentialError) -> Credentials {
        let credentials = try await cache.credentials()
        last.withLock { $0 = credentials }
        return credentials
    }

    /// Drops those that were handed out last; newer ones are looked for at the next request.
    func refused() {
        if let rejected = last.withLock({ $0 }) { cache.invalidate(rejected) }
    }
}
