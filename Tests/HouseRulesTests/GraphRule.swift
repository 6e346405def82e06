/// The direction of the architecture, on the graph that `Package.swift` is.
enum GraphRule {
    /// The ground: what is not about queues, and what a handler's author sees. It depends on itself
    /// alone, and on C.
    static let ground: Set<String> = [
        "JSON", "Calendar", "HTTP", "MessageHandling", "EventPatterns", "Settings",
    ]

    /// The targets that one must not reach by any way, with the reason.
    private static let barred: [(target: String, from: Set<String>, reason: String)] = [
        (
            "SubscriberEngine",
            ["HTTPTransport", "Systemd", "HandlerLibrary", "EmbeddedQueue", "S3"],
            "the engine decides; it has no network, no systemd and no handler of its own"
        ),
        (
            "HandlerLibrary", ["SubscriberEngine", "SQS", "S3", "HTTPTransport", "Systemd"],
            "a handler sees a message, not where it comes from"
        ),
        (
            "EmbeddedQueue", ["SubscriberEngine", "HandlerLibrary", "HTTPTransport"],
            "the queue is what the engine is tested against"
        ),
        ("Systemd", ["MessageHandling", "SQS", "AWS"], "systemd knows nothing of messages"),
    ]

    /// Takes transports, clocks and files as parameters.
    private static let withoutTransport: Set<String> = ["AWS", "SQS", "S3"]

    /// Where everything is put together. Only the program, its library and its command line build
    /// on it.
    private static let compositions: [String: Set<String>] = [
        "Daemon": ["Commands", "SQSSubscriber"],
        "Commands": ["SQSSubscriber"],
        "SQSSubscriber": ["sqs-subscriber"],
    ]

    /// Each world outside has one owner; where there are several, the reason stands beside it.
    private static let owners: [String: Set<String>] = [
        "NIOHTTP1": ["HTTPServer"],
        "NIOSSL": ["HTTPTransport"],
        "NIOTLS": ["HTTPTransport"],
        // Byte buffers of requests and answers, and the loops that both servers and clients run on.
        "NIOCore": ["HTTPTransport", "HTTPServer", "EmbeddedQueue"],
        "NIOPosix": ["HTTPTransport", "HTTPServer", "EmbeddedQueue"],
        // Of Hummingbird the core alone: the module of that name brings all of Foundation.
        "HummingbirdCore": ["EmbeddedQueue"],
        "HTTPTypes": ["EmbeddedQueue"],
        "ArgumentParser": ["Commands"],
        // The hash functions: signatures, digests of messages, deduplication of bodies.
        "Crypto": ["AWS", "Commands", "EmbeddedQueue", "HandlerLibrary", "SQS"],
        "DequeModule": ["SubscriberEngine", "EmbeddedQueue"],
        "HeapModule": ["SubscriberEngine", "EmbeddedQueue"],
        // What is counted is kept and shown in one place; a handler's author imports it too.
        "CoreMetrics": ["Control"],
        // Where something is logged. The engine logs for the handlers it runs, Intake what it meets
        // between two runs; AWS and SQS report to their callers instead.
        "Logging": [
            "MessageHandling", "Systemd", "SubscriberEngine", "HandlerLibrary", "EmbeddedQueue",
            "Intake", "HTTPServer", "Control", "Daemon", "SQSSubscriber", "Commands",
        ],
        "CSystemd": ["Systemd"],
        // The limits of descriptors: Daemon raises its own, HandlerLibrary gives children the old.
        "CChildProcess": ["HandlerLibrary", "Daemon"],
        "CTOML": ["Settings"],
        "CZlib": ["Intake"],
        "CSQLite": ["EmbeddedQueue"],
    ]

    /// What is wrong with the graph, one sentence each.
    static func check(_ graph: PackageGraph) -> [String] {
        var problems = graph.problems
        let production = graph.targets.values.filter { !$0.isTest }
        for target in production.sorted(by: { $0.name < $1.name }) {
            problems += owned(target)
            problems += grounded(target, graph)
            problems += composed(target)
            problems += kept(target, graph)
            problems += apart(target, graph)
        }
        return problems
    }

    private static func apart(_ target: PackageGraph.Target, _ graph: PackageGraph) -> [String] {
        var problems: [String] = []
        for rule in barred where rule.target == target.name {
            for name in graph.all(below: target.name).intersection(rule.from).sorted() {
                problems.append("\(target.name) reaches \(name): \(rule.reason)")
            }
        }
        return problems
    }

    private static func owned(_ target: PackageGraph.Target) -> [String] {
        target.products.union(target.targets).sorted().compactMap { module in
            guard let owners = owners[module] else {
                return target.products.contains(module)
                    ? "\(target.name) depends on \(module), which belongs to nobody yet" : nil
            }
            guard !owners.contains(target.name) else { return nil }
            return "\(module) belongs to \(owners.sorted().joined(separator: ", ")), not to "
                + "\(target.name); go through its owner, or change GraphRule"
        }
    }

    private static func grounded(
        _ target: PackageGraph.Target, _ graph: PackageGraph
    ) -> [String] {
        if ground.contains(target.name) {
            return target.targets.subtracting(ground).filter { owners[$0] == nil }.sorted().map {
                "\(target.name) is ground and depends on \($0), which is above"
            }
        }
        guard withoutTransport.contains(target.name) else { return [] }
        return graph.all(below: target.name).intersection(["HTTPTransport", "Systemd"]).sorted()
            .map { "\(target.name) reaches \($0), but takes transports as parameters" }
    }

    private static func composed(_ target: PackageGraph.Target) -> [String] {
        target.targets.sorted().compactMap { name in
            guard let users = compositions[name], !users.contains(target.name) else { return nil }
            return "\(target.name) depends on \(name), which only "
                + "\(users.sorted().joined(separator: ", ")) may: it puts everything together"
        }
    }

    private static func kept(_ target: PackageGraph.Target, _ graph: PackageGraph) -> [String] {
        target.targets.sorted().filter { graph.targets[$0]?.isTest == true }.map {
            "\(target.name) is part of the program and depends on \($0), which is for tests"
        }
    }
}
