import Glibc

/// Reads a file whole.
///
/// Answers `nil` when there is no such file, or no way to it (a directory that may not be entered,
/// as under `ProtectHome=`). Throws when it is there and cannot be read.
package typealias FileReading = @Sendable (_ path: String) throws -> [UInt8]?

/// A file that is there and cannot be read.
package struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(description: String) {
        self.description = description
    }
}

/// The real files.
package enum LocalFiles {
    /// Far more than any configuration or token; a mistaken path must not fill the memory.
    static let maximumSize = 1_048_576

    /// A ``FileReading``. A FIFO, a device or a directory is an error, and never waited for.
    package static func read(_ path: String) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            var status = stat()
            let failure = errno
            if failure == EACCES, stat(path, &status) != 0 { return nil }
            throw FileError(description: "\(path): \(String(cString: strerror(failure)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(description: "\(path): not a regular file")
        }
        return try readAll(descriptor, path)
    }

    private static func readAll(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(description: "\(path): \(String(cString: strerror(errno)))")
            }
            bytes += chunk[..<count]
            guard bytes.count <= maximumSize else {
                throw FileError(description: "\(path): larger than \(maximumSize) bytes")
            }
        }
    }
}
