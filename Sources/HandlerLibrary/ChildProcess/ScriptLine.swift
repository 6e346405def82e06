/// The first line of a script, as the kernel reads it: `#!INTERPRETER ARGUMENT`.
///
/// Source: `load_script` in the kernel's fs/binfmt_script.c, and execve(2).
struct ScriptLine: Equatable {
    /// How much of a file the kernel looks at.
    static let readLength = 256

    /// Nil where the line has none, or more of it than the kernel looks at.
    let interpreter: String?
    /// All that follows, as the one word that the interpreter gets it as.
    let argument: String?

    /// - Parameter start: the first ``readLength`` bytes of the file, or all of it. Nil: no script.
    init?(_ start: [UInt8]) {
        guard start.starts(with: "#!".utf8) else { return nil }
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let isWhole = start.contains(UInt8(ascii: "\n")) || start.count < Self.readLength
        let rest = start.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }.drop(while: isBlank)
        let name = rest.prefix { !isBlank($0) && $0 != 0 }
        let isCut = !isWhole && name.endIndex == rest.endIndex
        interpreter = name.isEmpty || isCut ? nil : String(decoding: name, as: UTF8.self)
        var last = rest[name.endIndex...].drop(while: isBlank).prefix { $0 != 0 }
        while let byte = last.last, isBlank(byte) { last.removeLast() }
        argument = last.isEmpty || !isWhole ? nil : String(decoding: last, as: UTF8.self)
    }

    /// The program that env(1) is to look up in `PATH`, where it is the interpreter. Nil where it
    /// is not, and where only env itself could tell: with options, quotes or variables.
    var lookedUp: String? {
        guard interpreter?.split(separator: "/").last == "env", let argument else { return nil }
        guard argument.hasPrefix("-") else { return argument }
        guard argument.hasPrefix("-S") else { return nil }
        guard !argument.contains(where: { "\"'\\$#".contains($0) }) else { return nil }
        let words = argument.dropFirst(2).split { $0 == " " || $0 == "\t" }
        guard let word = words.first(where: { !$0.contains("=") }), !word.hasPrefix("-") else {
            return nil
        }
        return String(word)
    }
}
