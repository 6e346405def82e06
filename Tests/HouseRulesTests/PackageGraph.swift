/// The targets of `Package.swift` and what each depends on, as the file says it.
///
/// A reader of this house's manifest, not of any: targets are made by calls with a name in quotes
/// and a list of dependencies, of which one in quotes is a target and one without is a product that
/// `Target.Dependency.product(name: "…"` defined. Where it can no longer read them, `problems` says
/// so, for a rule on a graph that is not there would hold for ever.
struct PackageGraph {
    struct Target: Equatable {
        let name: String
        let folder: String
        let isTest: Bool
        /// The targets that it names.
        let targets: Set<String>
        /// The modules of other packages that it names.
        let products: Set<String>
    }

    let targets: [String: Target]
    let problems: [String]

    init(manifest: SourceFile) {
        var reader = ManifestReader(manifest)
        let products = reader.products()
        var targets: [String: Target] = [:]
        for call in reader.calls() {
            targets[call.name] = Target(
                name: call.name, folder: call.folder, isTest: call.isTest,
                targets: call.targets, products: Set(call.products.compactMap { products[$0] }))
            let unknown = call.products.filter { products[$0] == nil }
            reader.problems += unknown.map { "\(call.name) depends on \($0), which is no product" }
        }
        for target in targets.values {
            reader.problems += target.targets.filter { targets[$0] == nil }.map {
                "\(target.name) depends on \($0), which is no target"
            }
        }
        self.targets = targets
        problems = reader.problems
    }

    /// The target whose folder a file is in.
    func target(of file: SourceFile) -> Target? {
        targets.values.first { file.path.hasPrefix($0.folder + "/") }
    }

    /// Our targets that one depends on, directly and by others.
    func all(below name: String) -> Set<String> {
        var found: Set<String> = []
        var next = [name]
        while let name = next.popLast() {
            for target in targets[name]?.targets ?? [] where found.insert(target).inserted {
                next.append(target)
            }
        }
        return found
    }
}

/// A call that makes a target.
private struct TargetCall {
    let name: String
    let folder: String
    let isTest: Bool
    let targets: Set<String>
    let products: [String]
}

private struct ManifestReader {
    private let file: SourceFile
    var problems: [String] = []

    init(_ file: SourceFile) { self.file = file }

    /// The module of each constant that names a product.
    func products() -> [String: String] {
        var products: [String: String] = [:]
        for position in file.code.positions(of: "Target.Dependency.product") {
            guard let open = file.code[position...].firstIndex(of: UInt8(ascii: "(")),
                let close = file.code.closing(of: open),
                let module = literal(after: "name:", in: open..<close),
                let constant = word(before: position)
            else { continue }
            products[constant] = module
        }
        return products
    }

    /// The name of the constant that a value is given to: `let NAME = `.
    private func word(before position: Int) -> String? {
        var end = position
        while end > 0, !file.code[end - 1].isNamePart { end -= 1 }
        var start = end
        while start > 0, file.code[start - 1].isNamePart { start -= 1 }
        return start < end ? String(decoding: file.code[start..<end], as: UTF8.self) : nil
    }

    private static let makers: [(text: String, isTest: Bool)] = [
        ("world", false), (".target", false), (".systemLibrary", false),
        (".executableTarget", false), ("tests", true), (".testTarget", true),
    ]

    func calls() -> [TargetCall] {
        Self.makers.flatMap { maker in
            file.code.positions(of: maker.text + "(", asWord: true).compactMap { position in
                let open = position + maker.text.utf8.count
                guard let close = file.code.closing(of: open) else { return nil }
                return call(in: open..<close, isTest: maker.isTest)
            }
        }
    }

    /// Nil where the name is no literal: in the functions that make targets.
    private func call(in range: Range<Int>, isTest: Bool) -> TargetCall? {
        let strings = literals(in: range)
        guard let name = strings.first,
            file.code[(range.lowerBound + 1)..<name.start].allSatisfy({
                $0.isNamePart || $0 == UInt8(ascii: ":") || isSpace($0)
            })
        else { return nil }
        let list = dependencies(in: range, after: name.start)
        let inside = strings.filter { list.contains($0.start) }.map(\.text)
        let folder = literal(after: "path:", in: range)
        return TargetCall(
            name: name.text, folder: folder ?? (isTest ? "Tests/" : "Sources/") + name.text,
            isTest: isTest || folder?.hasPrefix("Tests/") == true, targets: Set(inside),
            products: words(in: list))
    }

    /// The list in brackets that follows the name, or `dependencies:`.
    private func dependencies(in range: Range<Int>, after start: Int) -> Range<Int> {
        let code = file.code[start..<range.upperBound]
        let labels = file.code.positions(of: "dependencies:").filter(range.contains)
        let begin = labels.first ?? start
        guard let open = code[begin...].firstIndex(of: UInt8(ascii: "[")),
            !labels.isEmpty || isUnlabelled(open), let close = file.code.closing(of: open)
        else { return start..<start }
        return open..<close
    }

    /// Whether a comma, and no label, comes before.
    private func isUnlabelled(_ position: Int) -> Bool {
        file.code[..<position].last { !isSpace($0) } == UInt8(ascii: ",")
    }

    private func literal(after label: String, in range: Range<Int>) -> String? {
        guard let position = file.code.positions(of: label).first(where: range.contains) else {
            return nil
        }
        return literals(in: position..<range.upperBound).first?.text
    }

    /// Every text in quotes that is no comment: its code is blank, its bytes are not.
    private func literals(in range: Range<Int>) -> [(start: Int, text: String)] {
        var found: [(Int, String)] = []
        var position = range.lowerBound
        while position < range.upperBound {
            defer { position += 1 }
            let quote = UInt8(ascii: "\"")
            guard file.bytes[position] == quote, file.comments[position] != quote,
                let end = file.bytes[(position + 1)...].firstIndex(of: quote)
            else { continue }
            found.append(
                (position, String(decoding: file.bytes[(position + 1)..<end], as: UTF8.self)))
            position = end
        }
        return found
    }

    private func words(in range: Range<Int>) -> [String] {
        file.code[range].split { !$0.isNamePart }.map { String(decoding: $0, as: UTF8.self) }
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n")
    }
}

extension [UInt8] {
    /// The place of the bracket that closes the one at a position.
    func closing(of open: Int) -> Int? {
        var depth = 0
        for position in open..<count {
            switch self[position] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return position }
            default: break
            }
        }
        return nil
    }
}
