import Glibc

/// Lowers the soft stack limit of this process, from which the kernel takes the room for a new
/// program's environment. In a process of its own only.
func limitStack(to bytes: UInt) throws {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(3), &limit) == 0 else { throw StackLimitFailed() }
    limit.rlim_cur = rlim_t(bytes)
    guard setrlimit(__rlimit_resource_t(3), &limit) == 0 else { throw StackLimitFailed() }
}

struct StackLimitFailed: Error {}
