/// A file imports what its target depends on, and of the system what its target may.
enum ImportRule {
    /// Of the language; for everyone.
    private static let common: Set<String> = ["Swift", "Synchronization", "FoundationEssentials"]

    /// The modules that come with the system, which `Package.swift` does not name.
    private static let system: [String: Set<String>] = [
        // Threads: the worker pool, child processes, signals, the log, the files of TLS and queues.
        "Dispatch": [
            "SubscriberEngine", "HandlerLibrary", "EmbeddedQueue", "Daemon", "Commands", "Systemd",
            "HTTPTransport",
        ],
        // Files, sockets, processes. What decides has none of them; the calendar reads the files of
        // time zones.
        "Glibc": [
            "Systemd", "AWS", "HTTPTransport", "HTTPServer", "Settings",
            "HandlerLibrary", "EmbeddedQueue", "Daemon", "SQSSubscriber", "Commands", "HTTP",
            "Calendar",
        ],
    ]

    /// Files that need all of Foundation, which brings 40 MB of ICU data, with the reason.
    static let foundation: [String: String] = [:]

    static func check(_ file: SourceFile, in graph: PackageGraph) -> [Violation] {
        guard file.isSwift, file.isIn("Sources/") else { return [] }
        return imports(of: file).compactMap { position, module in
            problem(with: module, in: file, graph).map { file.violation(at: position, $0) }
        }
    }

    private static func problem(
        with module: String, in file: SourceFile, _ graph: PackageGraph
    ) -> String? {
        if common.contains(module) { return nil }
        if module == "Foundation" {
            return foundation[file.path] == nil
                ? "import FoundationEssentials, or list the file with its reason in ImportRule"
                : nil
        }
        if let users = system[module] {
            return users.contains(file.target)
                ? nil
                : "\(module) is for \(users.sorted().joined(separator: ", ")); go through one of "
                    + "them, or change ImportRule"
        }
        guard let target = graph.target(of: file) else {
            return "Package.swift has no target of this folder"
        }
        if target.targets.contains(module) || target.products.contains(module) { return nil }
        return "\(target.name) does not depend on \(module) in Package.swift"
    }

    /// The module of every import, with its position: `import struct A.B` imports `A`.
    static func imports(of file: SourceFile) -> [(position: Int, module: String)] {
        file.code.positions(of: "import", asWord: true).compactMap { position in
            let rest = file.code[(position + 6)...].prefix { $0 != UInt8(ascii: "\n") }
            let words = String(decoding: rest, as: UTF8.self).split(separator: " ")
            let isKind = words.count > 1 && kinds.contains(words[0])
            guard let path = isKind ? words[1] : words.first,
                let module = path.split(separator: ".").first
            else { return nil }
            return (position, String(module))
        }
    }

    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]
}
