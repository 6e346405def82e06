import CChildProcess
import Glibc

/// How many files this process may have open.
package enum DescriptorLimit {
    /// What the system allows this process, getrlimit(2).
    package static var hard: UInt64 {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
            ? UInt64(limit.rlim_max) : .max
    }

    /// Raises it to what the system allows: every program that runs takes four, every connection
    /// one, and the usual 1,024 are soon too few for some hundred handlers. The programs get the
    /// limit from before. To be called once, before the first program is started.
    static func raise() {
        child_raise_descriptor_limit()
    }
}
