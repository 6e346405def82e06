import Daemon
import EventPatterns
import Glibc
import JSON

/// A file that a command is given to look at: a pattern, an event, a message, a body.
enum InputFile {
    /// Many times the largest message; a larger file is here by mistake.
    private static let maximumSize = 64 << 20
    private static let chunk = 1 << 16

    /// - Parameter file: a path, or `-` for standard input.
    static func text(_ file: String) throws(CommandFailure) -> String {
        let bytes = try read(file)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw invalid(file, "not a text in UTF-8")
        }
        return text
    }

    static func json(_ file: String) throws(CommandFailure) -> JSONValue {
        do {
            return try JSONValue(parsing: try text(file))
        } catch let error as JSONError {
            throw invalid(file, "not valid JSON: \(error)")
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw invalid(file, "\(error)")
        }
    }

    static func pattern(
        _ file: String, for subject: EventPattern.Subject
    ) throws(CommandFailure) -> EventPattern {
        let source = try json(file)
        do throws(PatternErrors) {
            return try EventPattern(source, for: subject)
        } catch {
            throw CommandFailure(
                .invalidData,
                error.errors.map { "\(name(file)): \($0)" }.joined(separator: "\n"))
        }
    }

    static func invalid(_ file: String, _ problem: String) -> CommandFailure {
        CommandFailure(.invalidData, "\(name(file)): \(problem)")
    }

    private static func name(_ file: String) -> String { file == "-" ? "standard input" : file }

    private static func read(_ file: String) throws(CommandFailure) -> [UInt8] {
        let descriptor = file == "-" ? 0 : open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(file) }
        defer { if descriptor != 0 { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: Self.chunk)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(file) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= maximumSize else { throw invalid(file, "larger than 64 MiB") }
        }
    }

    private static func unreadable(_ file: String) -> CommandFailure {
        invalid(file, "cannot be read: \(String(cString: strerror(errno)))")
    }
}
