/// An initialiser takes few parameters: what belongs together is a value of its own.
enum ParameterRule {
    static let limit = 7

    static func check(_ file: SourceFile) -> [Violation] {
        guard file.isSwift, file.isIn("Sources/") else { return [] }
        return file.code.positions(of: "init", asWord: true).compactMap { position in
            guard isDeclared(position, in: file.code), let open = list(from: position, file.code),
                let close = file.code.closing(of: open)
            else { return nil }
            let count = labels(in: file.code[(open + 1)..<close])
            guard count > limit else { return nil }
            return file.violation(
                at: position, "\(count) parameters, more than \(limit): make a value of some")
        }
    }

    /// Not a call, as in `self.init` or `.init`.
    private static func isDeclared(_ position: Int, in code: [UInt8]) -> Bool {
        position == 0 || code[position - 1] != UInt8(ascii: ".")
    }

    /// The parenthesis that opens the parameters: after `init`, `init?` or `init<T>`.
    private static func list(from position: Int, _ code: [UInt8]) -> Int? {
        var next = position + 4
        if next < code.count, code[next] == UInt8(ascii: "?") { next += 1 }
        if next < code.count, code[next] == UInt8(ascii: "<") {
            next = (code[next...].firstIndex(of: UInt8(ascii: ">")) ?? next) + 1
        }
        return next < code.count && code[next] == UInt8(ascii: "(") ? next : nil
    }

    /// A parameter has a colon that is in no brackets of its own.
    private static func labels(in list: ArraySlice<UInt8>) -> Int {
        var depth = 0
        var count = 0
        for byte in list {
            if Array("([{".utf8).contains(byte) { depth += 1 }
            if Array(")]}".utf8).contains(byte) { depth -= 1 }
            if depth == 0, byte == UInt8(ascii: ":") { count += 1 }
        }
        return count
    }
}
