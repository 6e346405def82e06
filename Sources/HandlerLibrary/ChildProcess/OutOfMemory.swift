private import Glibc

/// How often the kernel has ended a process of this service for want of memory.
///
/// Source: the kernel's cgroup-v2 documentation, memory.events.
package enum OutOfMemory {
    /// More than what these files have.
    private static let readLength = 4096

    /// How many processes of the service the kernel has killed since it was started. Zero where
    /// that cannot be known.
    static var kills: Int {
        guard let path = cgroup(in: read("/proc/self/cgroup")) else { return 0 }
        return kills(in: read("/sys/fs/cgroup\(path)/memory.events"))
    }

    /// `0::/system.slice/sqs-subscriber.service`.
    package static func cgroup(in text: String) -> Substring? {
        text.split(separator: "\n").first { $0.hasPrefix("0::/") }?.dropFirst(3)
    }

    package static func kills(in events: String) -> Int {
        let name = "oom_kill "
        let line = events.split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.dropFirst(name.count)) } ?? 0
    }

    private static func read(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: readLength)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
