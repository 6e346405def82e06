private import Glibc

/// The whole of a file.
enum FileContent {
    /// A file's bytes, and no more than one beyond a limit, by which a file that is too large is
    /// told; nil where it cannot be read. What says no size is read, too, as the kernel's own
    /// files; nothing is waited for.
    static func read(_ path: String, atMost limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: chunk)
        while content.count <= limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            content += buffer[..<count]
        }
        return limit < .max ? Array(content.prefix(limit + 1)) : content
    }

    private static let chunk = 65_536
}
