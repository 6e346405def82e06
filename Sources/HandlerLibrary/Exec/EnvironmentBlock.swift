private import Glibc

/// An environment that `execve(2)` accepts, whatever the message brings.
///
/// A variable that cannot be passed (too long, a NUL in it, no room left) is left out and
/// remembered: a message must not be able to make the program impossible to start, as that would be
/// taken for a broken handler.
package struct EnvironmentBlock {
    /// The longest `NAME=value` with its final NUL: the kernel's MAX_ARG_STRLEN, 32 pages of 4 KiB.
    package static let stringLimit = 131_072

    /// What is kept free of the kernel's total for what it adds itself: the program's path, a
    /// script's interpreter with its argument, the auxiliary vector.
    package static let headroom = 8_192

    /// The most that arguments and environment together may take on this system, `execve(2)`: a
    /// quarter of the stack limit, and never more than 6 MiB.
    package static func kernelLimit() -> Int { min(sysconf(Int32(_SC_ARG_MAX)), 6 << 20) }

    package enum Omission: Equatable {
        case containsNUL
        case tooLong
        case noRoom
    }

    /// `NAME=value` each, in the order they were added.
    package private(set) var strings: [String] = []
    /// The names of what was left out, in that order, and why.
    package private(set) var omitted: [(name: String, why: Omission)] = []
    private var room: Int

    /// - Parameter arguments: what shares the kernel's limit.
    package init(limit: Int, arguments: [String]) {
        room = limit - Self.headroom - arguments.reduce(0) { $0 + Self.cost(of: $1.utf8.count) }
    }

    /// Whether the arguments alone leave no room.
    package var isOverfull: Bool { room < 0 }

    /// Adds what does not come from a message and must be there.
    package mutating func addAlways(_ string: String) {
        room -= Self.cost(of: string.utf8.count)
        strings.append(string)
    }

    /// Adds `NAME=value` if it can be passed. Nothing is said of a name that is there already.
    package mutating func add(_ name: String, _ value: String) {
        let length = name.utf8.count + 1 + value.utf8.count
        if length >= Self.stringLimit {
            omitted.append((name, .tooLong))
        } else if value.utf8.contains(0) {
            omitted.append((name, .containsNUL))
        } else if Self.cost(of: length) > room {
            omitted.append((name, .noRoom))
        } else {
            addAlways("\(name)=\(value)")
        }
    }

    /// A string, its NUL and the pointer to it.
    private static func cost(of length: Int) -> Int {
        length + 1 + MemoryLayout<UnsafeRawPointer>.size
    }
}
