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
// Not the product Hummingbird: its form coder brings all of Foundation, of which ICU is 40 MB.
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

// Swift's libraries inside the program, so that it runs on a machine without Swift. It is the link
// alone that says so: with --static-swift-stdlib the tests, which need Testing's shared library,
// would be a second build of everything. The last two are FoundationEssentials' own.
let swiftInside = LinkerSetting.unsafeFlags(
    ["-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims"],
    .when(configuration: .release))

// The linker that comes with Swift packs the relocations: 2 MB less to read at each start, and to
// keep in memory.
let packed = LinkerSetting.unsafeFlags(
    ["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"],
    .when(configuration: .release))

func world(
    _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil,
    resources: [Resource]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path, resources: resources,
        swiftSettings: strict)
}

// Tests run once: to optimise them takes longer than they do.
let unoptimised = SwiftSetting.unsafeFlags(["-Onone"], .when(configuration: .release))

func tests(
    _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, resources: resources,
        swiftSettings: strict + [unoptimised])
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
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        .target(name: "CSystemd", linkerSettings: [.linkedLibrary("systemd")]),
        world("Systemd", ["CSystemd", logging]),
        world("JSON"),
        world("MessageHandling", [logging]),
        world("Calendar"),
        world("HTTP"),
        world("AWS", ["Calendar", "HTTP", "JSON", crypto]),
        world("SQS", ["MessageHandling", "HTTP", "JSON", crypto]),
        world("S3", ["HTTP", "AWS"]),
        world(
            "HTTPTransport",
            ["HTTP", nioCore, nioPosix, nioTLS, nioSSL]),
        world("HTTPServer", ["HTTP", nioCore, nioPosix, nioHTTP1, logging]),
        // Its files, and those of the pages, are part of the program: nothing is read when it runs.
        world("WebPage", ["HTTPServer", "HTTP"], resources: [.embedInCode("Assets")]),
        world(
            "SubscriberEngine",
            ["MessageHandling", "HTTP", "SQS", "JSON", collections, heap, logging]),
        .target(name: "CChildProcess"),
        world(
            "HandlerLibrary",
            [
                "MessageHandling", "Calendar", "HTTP", "AWS", "JSON", "EventPatterns", "Settings",
                "HTTPServer", "CChildProcess", crypto, logging,
            ]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        world(
            "EmbeddedQueue",
            [
                "CSQLite", "SQS", "Calendar", "HTTP", "HTTPServer", "JSON", "MessageHandling",
                "WebPage", hummingbirdCore, httpTypes, nioCore, nioPosix, logging, collections,
                heap, crypto,
            ],
            resources: [.embedInCode("Page/Assets")]),
        world("EventPatterns", ["JSON"]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        world("Intake", ["MessageHandling", "EventPatterns", "JSON", "CZlib", "S3", logging]),
        // Over toml++, which is Debian's and all in its header.
        .target(name: "CTOML"),
        world("Settings", ["CTOML"]),
        world(
            "SubscriberConfiguration",
            [
                "MessageHandling", "HTTP", "AWS", "EventPatterns", "JSON", "Intake", "Calendar",
                "Settings", "HandlerLibrary", "SubscriberEngine",
            ]),
        world(
            "Control", ["WebPage", "HTTPServer", "HTTP", "JSON", "Calendar", logging, metrics],
            resources: [.embedInCode("Page/Assets")]),
        world(
            "Daemon",
            [
                "Control", "HTTPServer",
                "CChildProcess", "SubscriberEngine", "HandlerLibrary", "SubscriberConfiguration",
                "Settings", "EventPatterns", "Intake", "Calendar", "HTTPTransport", "Systemd",
                "EmbeddedQueue", "SQS", "S3", "AWS", "HTTP", "JSON", "MessageHandling", logging,
            ]),
        world(
            "SQSSubscriber",
            [
                "MessageHandling", "Commands", "Daemon", "HandlerLibrary",
                "SubscriberConfiguration", "Settings", "SubscriberEngine", "Systemd", logging,
            ]),
        world(
            "Commands",
            [
                "Daemon", "EmbeddedQueue", "Control", "HandlerLibrary", "SubscriberConfiguration",
                "Settings", "EventPatterns", "JSON", "Intake", "SubscriberEngine", "SQS", "AWS",
                "HTTP", "HTTPTransport", "Systemd", "Calendar", "MessageHandling", argumentParser,
                crypto, logging,
            ]),
        .executableTarget(
            name: "sqs-subscriber", dependencies: ["SQSSubscriber"], swiftSettings: strict,
            linkerSettings: [swiftInside, packed]),
        // A benchmark: its driver and its peer in C lie beside it.
        .executableTarget(
            name: "spawn-cost",
            dependencies: ["HandlerLibrary", "SubscriberEngine", "MessageHandling", logging],
            path: "Tests/Performance/spawn-cost", exclude: ["peer.c", "run"],
            swiftSettings: strict),
        world("TestKit", ["AWS", "HTTP", "MessageHandling", logging], path: "Tests/Kit"),
        world(
            "Simulation", ["SubscriberEngine", "EmbeddedQueue", "HTTP", "SQS", "MessageHandling"],
            path: "Tests/Simulation"),
        .executableTarget(
            name: "simulator", dependencies: ["Simulation", "SubscriberEngine"],
            path: "Tests/Simulator", swiftSettings: strict),
        // A target of it is a file in Targets, with what it needs here.
        .executableTarget(
            name: "fuzzer",
            dependencies: [
                "SubscriberConfiguration", "Settings", "EventPatterns", "JSON", "Intake", "AWS",
                "HTTP", "SQS", "S3", "Calendar", "Daemon", "MessageHandling", "SubscriberEngine",
                "HTTPTransport", "HandlerLibrary", "EmbeddedQueue", "TestKit", nioCore, nioPosix,
                logging,
            ],
            path: "Tests/Fuzzing", swiftSettings: strict),
        tests("SystemdTests", ["Systemd", "TestKit", logging]),
        tests(
            "AWSTests",
            [
                "AWS", "Calendar", "HTTP", "HTTPTransport", "Settings", "SubscriberConfiguration",
                "TestKit", hummingbirdCore, httpTypes, nioCore, nioPosix, logging,
            ],
            resources: [.copy("Data")]),
        tests("HTTPTests", ["HTTP"]),
        tests(
            "SQSTests",
            ["SQS", "AWS", "HTTP", "JSON", "HTTPTransport", "MessageHandling", "TestKit", nioCore]),
        tests("S3Tests", ["S3", "AWS", "HTTP", "TestKit"]),
        tests(
            "HTTPTransportTests",
            ["HTTPTransport", "HTTP", "TestKit", nioCore, nioPosix, nioSSL]),
        tests("WebPageTests", ["WebPage", "HTTPServer", "HTTP"]),
        tests("HTTPServerTests", ["HTTPServer", "HTTP", "HTTPTransport", "TestKit", logging]),
        tests(
            "ControlTests",
            [
                "Control", "HTTPServer", "HTTP", "HTTPTransport", "JSON", "TestKit", logging,
                metrics,
            ]),
        tests("JSONTests", ["JSON", "TestKit"]),
        tests("MessageHandlingTests", ["MessageHandling"]),
        tests("CalendarTests", ["Calendar", "TestKit"]),
        tests(
            "SubscriberEngineTests",
            ["SubscriberEngine", "TestKit", "MessageHandling", "HTTP", "SQS", logging]),
        tests(
            "HandlerLibraryTests",
            [
                "HandlerLibrary", "CChildProcess", "TestKit", "MessageHandling", "HTTP", "AWS",
                crypto, logging,
            ]),
        tests(
            "OutcomeTests",
            [
                "HandlerLibrary", "SubscriberEngine", "TestKit", "MessageHandling", "SQS", "HTTP",
                "AWS", "Intake", logging,
            ]),
        tests("EventPatternsTests", ["EventPatterns", "JSON", "TestKit"]),
        tests(
            "IntakeTests",
            [
                "Intake", "S3", "AWS", "HTTP", "JSON", "EventPatterns", "MessageHandling",
                "TestKit", logging,
            ]),
        tests(
            "EmbeddedQueueTests",
            ["EmbeddedQueue", "TestKit", "SQS", "HTTP", "MessageHandling", nioCore, nioPosix]),
        tests("SettingsTests", ["Settings", "EventPatterns", "JSON"], resources: [.copy("Data")]),
        tests(
            "SubscriberConfigurationTests",
            [
                "SubscriberConfiguration", "HandlerLibrary", "Settings", "SubscriberEngine", "AWS",
                "HTTP", "JSON", "Calendar", "EventPatterns", "Intake", "TestKit",
            ]),
        tests(
            "DaemonTests",
            [
                "Daemon", "Control", "SubscriberEngine", "SubscriberConfiguration", "Settings",
                "EventPatterns", "Intake", "Calendar", "HandlerLibrary", "MessageHandling", "SQS",
                "AWS", "Systemd", "TestKit", logging,
            ]),
        tests(
            "CommandsTests",
            [
                "Commands", "Daemon", "SubscriberConfiguration", "SubscriberEngine",
                "HandlerLibrary", "SQS", "AWS", "HTTP", "HTTPTransport", "JSON", "MessageHandling",
            ]),
        tests(
            "SQSSubscriberTests", ["SQSSubscriber", "MessageHandling", "HandlerLibrary", logging]),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation"],
            exclude: ["Bugs", "Scratch", "Invariants.md"], swiftSettings: strict + [unoptimised]),
        tests("HouseRulesTests", []),
        .executableTarget(
            name: "MatchingBenchmark", dependencies: ["EventPatterns", "JSON"],
            path: "Tests/Performance/Matching", swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)

// The example of a program on the library is a package of its own, which depends on this one. It is
// no part of it but where somebody asks: built in the same graph it costs a link, and as the root
// of one everything once more.
if Context.environment["WITH_ORDER_WORKER"] == "1" {
    package.dependencies.append(.package(path: "Tests/Examples/OrderWorker"))
    package.targets.first { $0.name == "SQSSubscriberTests" }?.dependencies.append(
        .product(name: "order-worker", package: "OrderWorker"))
}
