// swift-tools-version: 6.2
import PackageDescription

// The engine, the store and the simulation, and no more: what a simulation is built from, so that a
// change of the engine costs seconds. `Tests/simulate` puts this file beside copies of the sources.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "simulation",
    dependencies: [
        .package(path: "checkouts/swift-collections"),
        .package(path: "checkouts/swift-log"),
    ],
    targets: [
        .target(
            name: "HTTP", sources: ["Backoff.swift", "Hexadecimal.swift"], swiftSettings: strict),
        .target(name: "JSON", swiftSettings: strict),
        .target(name: "MessageHandling", dependencies: [logging], swiftSettings: strict),
        .target(
            name: "SQS", dependencies: ["MessageHandling"],
            sources: ["Model", "SQSError.swift", "Wire/ErrorClassification.swift"],
            swiftSettings: strict),
        .target(
            name: "SubscriberEngine",
            dependencies: ["MessageHandling", "HTTP", "SQS", collections, heap],
            exclude: ["Driver", "Workers", "Slots/SlotPool.swift"], swiftSettings: strict),
        .target(
            name: "EmbeddedQueue",
            dependencies: ["HTTP", "JSON", "SQS", "MessageHandling", collections, heap],
            sources: ["Queue", "Store", "StandInDigests.swift"], swiftSettings: strict),
        .target(
            name: "Simulation",
            dependencies: ["SubscriberEngine", "EmbeddedQueue", "HTTP", "SQS", "MessageHandling"],
            path: "Tests/Simulation", swiftSettings: strict),
        .executableTarget(
            name: "simulator", dependencies: ["Simulation", "SubscriberEngine"],
            path: "Tests/Simulator", swiftSettings: strict),
    ]
)
