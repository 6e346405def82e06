/// What each target may import: the direction of the architecture, as a table.
enum ImportRule {
    /// The targets below, by target. The way down is the way a message travels.
    private static let ours: [String: Set<String>] = [
        "CSystemd": [],
        "CChildProcess": [],
        "CTOML": [],
        "CZlib": [],
        "JSON": [],
        "MessageHandling": [],
        "AWS": ["JSON"],
        "Systemd": ["CSystemd"],
        "SQS": ["AWS", "JSON"],
        "S3": ["AWS"],
        "HTTPTransport": ["AWS"],
        "SubscriberEngine": ["MessageHandling", "SQS", "AWS", "JSON"],
        // AWS for the protocol of the transport, through which the http handler posts.
        "HandlerLibrary": ["MessageHandling", "AWS", "JSON", "CChildProcess"],
        "EmbeddedQueue": ["SQS", "JSON"],
        "EventPatterns": ["JSON"],
        "Envelopes": ["JSON", "CZlib"],
        "Schedules": [],
        // For what a setting may say of a message: the fields of a command's arguments.
        "SubscriberConfiguration": [
            "MessageHandling", "EventPatterns", "JSON", "Envelopes", "Schedules", "CTOML",
        ],
        "Daemon": [
            "MessageHandling", "SQS", "S3", "AWS", "SubscriberEngine", "HandlerLibrary",
            "SubscriberConfiguration", "EventPatterns", "Envelopes", "Schedules", "HTTPTransport",
            "Systemd", "EmbeddedQueue",
        ],
        "Commands": [
            "Daemon", "SubscriberConfiguration", "EventPatterns", "JSON", "Envelopes", "SQS",
            "AWS", "Systemd", "MessageHandling",
        ],
        // Settings and the log, for a program that has no command line of ours; the engine, to run
        // a handler in its author's tests as the daemon does.
        "SQSSubscriber": [
            "MessageHandling", "Commands", "Daemon", "HandlerLibrary", "SubscriberConfiguration",
            "SubscriberEngine", "Systemd",
        ],
        "sqs-subscriber": ["SQSSubscriber"],
        "SubscriberTesting": ["MessageHandling", "SQS", "AWS"],
        "Simulation": ["MessageHandling", "SQS", "SubscriberEngine", "EmbeddedQueue"],
    ]

    /// Each world outside has one owner; where there are several, the reason stands beside it.
    private static let owners: [String: Set<String>] = [
        "AsyncHTTPClient": ["HTTPTransport"],
        // HandlerLibrary serves the Lambda Runtime API to the functions that it runs.
        "NIOHTTP1": ["HTTPTransport", "EmbeddedQueue", "HandlerLibrary"],
        "NIOSSL": ["HTTPTransport"],
        "NIOTLS": ["HTTPTransport"],
        // Byte buffers of requests and answers, and the loops that both servers and clients run on.
        "NIOCore": ["HTTPTransport", "EmbeddedQueue", "HandlerLibrary"],
        "NIOPosix": ["HTTPTransport", "EmbeddedQueue", "HandlerLibrary"],
        // Of Hummingbird the core alone: the module of that name brings all of Foundation.
        "HummingbirdCore": ["EmbeddedQueue"],
        "HTTPTypes": ["EmbeddedQueue"],
        "Subprocess": ["HandlerLibrary"],
        "SystemPackage": ["HandlerLibrary"],
        "ArgumentParser": ["Commands"],
        // The hash functions: signatures, digests of messages, deduplication of bodies.
        "Crypto": ["AWS", "SQS", "EmbeddedQueue", "HandlerLibrary"],
        "DequeModule": ["SubscriberEngine", "EmbeddedQueue"],
        "HeapModule": ["SubscriberEngine", "EmbeddedQueue"],
        // Where something is logged. The engine logs for the handlers it runs; AWS and SQS report
        // to their callers instead.
        "Logging": [
            "MessageHandling", "Systemd", "SubscriberEngine", "HandlerLibrary", "EmbeddedQueue",
            "Daemon", "SQSSubscriber", "Commands", "SubscriberTesting",
        ],
        // Threads: the worker pool, child processes, signals, the log.
        "Dispatch": [
            "SubscriberEngine", "HandlerLibrary", "Daemon", "Commands", "Systemd",
            "SubscriberTesting",
        ],
        // The system: files, sockets, processes. What decides has none of them; Schedules reads the
        // files of time zones.
        "Glibc": [
            "Systemd", "AWS", "HTTPTransport", "SubscriberConfiguration", "HandlerLibrary",
            "EmbeddedQueue", "Daemon", "SQSSubscriber", "Commands", "SubscriberTesting",
            "Schedules",
        ],
    ]

    /// Of the language; for everyone.
    private static let common: Set<String> = ["Swift", "Synchronization", "FoundationEssentials"]

    /// Files that need all of Foundation, which brings 40 MB of ICU data, with the reason.
    static let foundation: [String: String] = [:]

    static var targets: Set<String> { Set(ours.keys) }

    static func check(_ file: SourceFile) -> [Violation] {
        guard file.isSwift, file.isIn("Sources/") else { return [] }
        return imports(of: file).compactMap { position, module in
            problem(with: module, in: file).map { file.violation(at: position, $0) }
        }
    }

    private static func problem(with module: String, in file: SourceFile) -> String? {
        let target = file.target
        if common.contains(module) || ours[target]?.contains(module) == true { return nil }
        if module == "Foundation" {
            return foundation[file.path] == nil
                ? "import FoundationEssentials, or list the file with its reason in ImportRule"
                : nil
        }
        if owners[module]?.contains(target) == true { return nil }
        if ours[module] != nil {
            return "\(target) may not import \(module): the way down is in ImportRule"
        }
        let list = owners[module].map { $0.sorted().joined(separator: ", ") } ?? "nobody yet"
        return "\(module) belongs to \(list); go through its owner, or change ImportRule"
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
