// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let asyncHTTPClient = Target.Dependency.product(
    name: "AsyncHTTPClient", package: "async-http-client")
// Not the product Hummingbird: its form coder brings all of Foundation, of which ICU is 40 MB.
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

func world(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "sqs-subscriber",
    products: [
        .executable(name: "sqs-subscriber", targets: ["sqs-subscriber"]),
        .library(name: "SQSSubscriber", targets: ["SQSSubscriber"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .target(name: "CSystemd", linkerSettings: [.linkedLibrary("systemd")]),
        world("Systemd", ["CSystemd", logging]),
        world("JSON"),
        world("MessageHandling", [logging]),
        world("AWS", ["JSON", crypto]),
        world("SQS", ["AWS", "JSON", crypto]),
        world("S3", ["AWS"]),
        world(
            "HTTPTransport",
            ["AWS", asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioTLS, nioSSL]),
        world("SubscriberEngine", ["MessageHandling", "SQS", "JSON", collections, heap, logging]),
        .target(name: "CChildProcess"),
        world(
            "HandlerLibrary",
            [
                "MessageHandling", "AWS", "JSON", "CChildProcess", nioCore, nioPosix, nioHTTP1,
                crypto, logging,
            ]),
        world(
            "EmbeddedQueue",
            [
                "SQS", "JSON", hummingbirdCore, httpTypes, nioCore, nioPosix, logging, collections,
                heap, crypto,
            ]),
        world("EventPatterns", ["JSON"]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        world("Envelopes", ["JSON", "CZlib"]),
        world("Schedules"),
        // Over toml++, which is Debian's and all in its header.
        .target(name: "CTOML"),
        world(
            "SubscriberConfiguration",
            ["MessageHandling", "EventPatterns", "JSON", "Envelopes", "Schedules", "CTOML"]),
        world(
            "Daemon",
            [
                "SubscriberEngine", "HandlerLibrary", "SubscriberConfiguration", "EventPatterns",
                "Envelopes", "Schedules", "HTTPTransport", "Systemd", "EmbeddedQueue", "SQS", "S3",
                "AWS", "MessageHandling", logging,
            ]),
        world(
            "SQSSubscriber",
            [
                "MessageHandling", "Commands", "Daemon", "HandlerLibrary",
                "SubscriberConfiguration", "SubscriberEngine", "Systemd", logging,
            ]),
        world(
            "Commands",
            [
                "Daemon", "SubscriberConfiguration", "EventPatterns", "JSON", "Envelopes", "SQS",
                "AWS", "Systemd", "MessageHandling", argumentParser, logging,
            ]),
        .executableTarget(
            name: "sqs-subscriber", dependencies: ["SQSSubscriber"], swiftSettings: strict),
        // A benchmark: its driver and its peer in C lie beside it.
        .executableTarget(
            name: "spawn-cost",
            dependencies: ["HandlerLibrary", "SubscriberEngine", "MessageHandling", logging],
            path: "Tests/Performance/spawn-cost", exclude: ["peer.c", "run"],
            swiftSettings: strict),
        world("SubscriberTesting", ["SQS", "AWS", "MessageHandling"]),
        world("Simulation", ["SubscriberEngine", "EmbeddedQueue", "SQS", "MessageHandling"]),
        .executableTarget(
            name: "simulator", dependencies: ["Simulation", "SubscriberEngine"],
            path: "Tests/Simulator", swiftSettings: strict),
        // A target of it is a file in Targets, with what it needs here.
        .executableTarget(
            name: "fuzzer",
            dependencies: [
                "SubscriberConfiguration", "EventPatterns", "JSON", "Envelopes", "AWS", "SQS", "S3",
                "Schedules", "Daemon", "MessageHandling", "SubscriberEngine", "HTTPTransport",
                "HandlerLibrary", "EmbeddedQueue", nioCore, nioPosix, logging,
            ],
            path: "Tests/Fuzzing", swiftSettings: strict),
        tests("SystemdTests", ["Systemd", "SubscriberTesting", logging]),
        tests(
            "AWSTests",
            [
                "AWS", "HTTPTransport", "SubscriberTesting", hummingbirdCore, httpTypes, nioCore,
                nioPosix, logging,
            ],
            resources: [.copy("Data")]),
        tests("SQSTests", ["SQS", "AWS", "HTTPTransport", "SubscriberTesting", nioCore]),
        tests("S3Tests", ["S3", "AWS", "SubscriberTesting"]),
        tests("HTTPTransportTests", ["HTTPTransport", "AWS", nioCore, nioPosix, nioSSL]),
        tests("JSONTests", ["JSON"]),
        tests("MessageHandlingTests", ["MessageHandling"]),
        tests("SchedulesTests", ["Schedules"]),
        tests(
            "SubscriberEngineTests",
            ["SubscriberEngine", "SubscriberTesting", "MessageHandling", "SQS", logging]),
        tests(
            "HandlerLibraryTests",
            ["HandlerLibrary", "CChildProcess", "MessageHandling", "AWS", crypto, logging]),
        tests(
            "OutcomeTests",
            [
                "HandlerLibrary", "SubscriberEngine", "SubscriberTesting", "MessageHandling", "SQS",
                "AWS", logging,
            ]),
        tests("EventPatternsTests", ["EventPatterns", "JSON"]),
        tests("EnvelopesTests", ["Envelopes"]),
        tests("EmbeddedQueueTests", ["EmbeddedQueue", "SQS", nioCore, nioPosix]),
        tests(
            "SubscriberConfigurationTests",
            ["SubscriberConfiguration", "EventPatterns", "JSON", "Envelopes"],
            resources: [.copy("Data")]),
        tests(
            "DaemonTests",
            [
                "Daemon", "SubscriberEngine", "SubscriberConfiguration", "EventPatterns", "JSON",
                "Envelopes", "Schedules", "HandlerLibrary", "MessageHandling", "SQS", "Systemd",
                "SubscriberTesting", logging,
            ]),
        tests(
            "SQSSubscriberTests", ["SQSSubscriber", "MessageHandling", "HandlerLibrary", logging]),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation"],
            exclude: ["Bugs", "Scratch", "Invariants.md"], swiftSettings: strict),
        tests("HouseRulesTests", []),
        .executableTarget(
            name: "MatchingBenchmark", dependencies: ["EventPatterns", "JSON"],
            path: "Tests/Performance/Matching", swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
