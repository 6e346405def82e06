import FoundationEssentials

/// Several files, answers or texts in one input, with a line between them that says so. The names
/// are the target's: what is mutated never names a place of the machine.
enum Parts {
    private static let mark = Array("\n%%%%\n".utf8)

    static func join(_ parts: [String]) -> [UInt8] {
        Array(parts.joined(separator: "\n%%%%\n").utf8)
    }

    /// As many as are wanted; those that are missing are empty.
    static func split(_ input: [UInt8], into count: Int) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var rest = input[...]
        while parts.count < count - 1, let place = rest.firstRange(of: mark) {
            parts.append(Array(rest[..<place.lowerBound]))
            rest = rest[place.upperBound...]
        }
        parts.append(Array(rest))
        return parts + Array(repeating: [], count: count - parts.count)
    }
}

/// A directory of the worker's own, for targets that read files; each input finds it empty.
final class ScratchDirectory: Sendable {
    let path: String

    /// In memory where the machine has a place for it: disks are slow to write to.
    init() {
        let memory = "/dev/shm"
        let isThere = FileManager.default.isWritableFile(atPath: memory)
        let parent = isThere ? memory : FileManager.default.temporaryDirectory.path
        path = "\(parent)/fuzzing-\(UUID().uuidString)"
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
