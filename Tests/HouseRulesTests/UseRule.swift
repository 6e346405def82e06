/// What is declared in `Sources` is used there: what only tests call is not part of the program.
///
/// Names are compared, not declarations, so that one which something else has as well is believed
/// to be used. `public` is for users that are not here.
enum UseRule {
    /// What stays in `Sources` although only tests ask for it: they cannot see it from outside.
    static let windows: [String: String] = [
        "waiterCount": "a test waits until callers wait for the same thing",
        "waitingLongPolls": "a test waits until a long poll has arrived",
        "view": "what the simulation and the store's tests compare with",
        "takeHistory": "what the simulation and the store's tests compare with",
    ]

    /// What libraries call or read, by name or by way of a coder.
    private static let calledFromOutside: Set<String> = [
        "InboundIn", "InboundOut", "OutboundIn", "OutboundOut", "channelActive", "channelInactive",
        "channelRead", "channelReadComplete", "errorCaught", "handlerAdded", "handlerRemoved",
        "userInboundEventTriggered", "Main", "validate", "defaultValueDescription",
        "makeCounter", "makeFloatingPointCounter", "makeMeter", "makeRecorder", "makeTimer",
        "destroyCounter", "destroyFloatingPointCounter", "destroyMeter", "destroyRecorder",
        "destroyTimer", "decrement", "recordNanoseconds", "customMirror", "eventSource",
        "stringListValues", "binaryListValues", "appendLiteral", "appendInterpolation",
    ]

    static func check(_ files: [SourceFile]) -> [Violation] {
        let sources = files.filter { $0.isSwift && $0.isIn("Sources/") }
        var uses: [String: Int] = [:]
        for file in sources {
            for word in file.code.split(whereSeparator: { !$0.isNamePart }) {
                uses[String(decoding: word, as: UTF8.self), default: 0] += 1
            }
        }
        let declared = sources.flatMap { file in declarations(in: file).map { (file, $0) } }
        var count: [String: Int] = [:]
        for (_, declaration) in declared { count[declaration.name, default: 0] += 1 }
        return declared.compactMap { file, declaration in
            let name = declaration.name
            guard uses[name] == count[name], windows[name] == nil,
                !calledFromOutside.contains(name)
            else { return nil }
            return file.violation(
                at: declaration.position,
                "\(name) is used nowhere in Sources: delete it, or move it to the tests")
        }
    }

    private static func declarations(in file: SourceFile) -> [(name: String, position: Int)] {
        keywords.flatMap { keyword in
            file.code.positions(of: keyword, asWord: true).compactMap { position in
                let name = file.code[(position + keyword.utf8.count)...]
                    .drop { $0 == UInt8(ascii: " ") }.prefix { $0.isNamePart }
                let line = file.line(file.lineNumber(at: position))
                guard !name.isEmpty, name.first != UInt8(ascii: "_"), isOurs(Array(line))
                else { return nil }
                return (String(decoding: name, as: UTF8.self), position)
            }
        }
    }

    private static let keywords = [
        "func", "var", "let", "struct", "class", "enum", "actor", "protocol", "typealias",
    ]

    private static func isOurs(_ line: [UInt8]) -> Bool {
        ["public", "@main", "override"].allSatisfy { line.positions(of: $0, asWord: true).isEmpty }
    }
}
