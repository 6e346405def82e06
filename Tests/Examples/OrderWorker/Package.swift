// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "order-worker",
    products: [.executable(name: "order-worker", targets: ["order-worker"])],
    // In a project of your own: .package(url: …, from: …)
    dependencies: [.package(name: "sqs-subscriber", path: "../../..")],
    targets: [
        .executableTarget(
            name: "order-worker",
            dependencies: [.product(name: "SQSSubscriber", package: "sqs-subscriber")])
    ]
)
