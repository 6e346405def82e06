import Testing

/// The reader of the manifest reads what is there, and each rule on the graph catches what it is
/// there for.
@Suite struct GraphSelfTests {
    private static let manifest = """
        let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
        let client = Target.Dependency.product(
            name: "NIOSSL", package: "swift-nio-ssl")

        func world(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
            .target(name: name, dependencies: dependencies, swiftSettings: strict)
        }

        let package = Package(
            name: "sqs-subscriber",
            products: [.library(name: "SQSSubscriber", targets: ["SQSSubscriber"])],
            targets: [
                .target(name: "CSystemd", linkerSettings: [.linkedLibrary("systemd")]),
                .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
                world("AWS"),
                // world("Old", ["SQS"]),
                world("SQS", ["AWS", logging]),
                world(
                    "HTTPTransport",
                    ["AWS", client]),
                world("TestKit", ["SQS"], path: "Tests/Kit"),
                .executableTarget(
                    name: "simulator", dependencies: ["SQS", logging], path: "Tests/Simulator"),
                tests("SQSTests", ["SQS", "TestKit"], resources: [.copy("Data")]),
            ])
        """

    private static func graph(_ more: String = "") -> PackageGraph {
        let text = manifest.replacing("world(\"AWS\"),", with: "world(\"AWS\"), \(more)")
        return PackageGraph(manifest: SourceFile(path: "Package.swift", text: text))
    }

    @Test func `the targets are those of the manifest, with what each depends on`() {
        let graph = Self.graph()
        #expect(graph.problems == [])
        #expect(
            graph.targets.keys.sorted() == [
                "AWS", "CSystemd", "CZlib", "HTTPTransport", "SQS", "SQSTests", "TestKit",
                "simulator",
            ])
        #expect(
            graph.targets["HTTPTransport"]
                == PackageGraph.Target(
                    name: "HTTPTransport", folder: "Sources/HTTPTransport", isTest: false,
                    targets: ["AWS"], products: ["NIOSSL"]))
        #expect(
            graph.targets["simulator"]
                == PackageGraph.Target(
                    name: "simulator", folder: "Tests/Simulator", isTest: true, targets: ["SQS"],
                    products: ["Logging"]))
        #expect(graph.targets["CSystemd"]?.targets == [])
        #expect(graph.targets["CZlib"]?.folder == "Sources/CZlib")
        #expect(graph.targets["TestKit"]?.folder == "Tests/Kit")
        #expect(graph.targets["SQSTests"]?.targets == ["SQS", "TestKit"])
        #expect(graph.all(below: "SQSTests") == ["SQS", "TestKit", "AWS"])
    }

    @Test func `a name that stands for nothing is a problem, not nothing`() {
        let graph = Self.graph("world(\"S3\", [\"Gone\", unknown]),")
        #expect(
            graph.problems.sorted() == [
                "S3 depends on Gone, which is no target",
                "S3 depends on unknown, which is no product",
            ])
    }

    @Test(arguments: [
        ("world(\"JSON\", [\"AWS\"]),", "JSON is ground and depends on AWS, which is above"),
        ("world(\"JSON\", [logging]),", "Logging belongs to "),
        ("world(\"Daemon\", [client]),", "NIOSSL belongs to HTTPTransport, not to Daemon"),
        ("world(\"Daemon\", [\"CSystemd\"]),", "CSystemd belongs to Systemd, not to Daemon"),
        ("world(\"S3\", [\"HTTPTransport\"]),", "S3 reaches HTTPTransport, but takes transports"),
        (
            "world(\"SubscriberEngine\", [\"S3\"]), world(\"S3\", [\"HTTPTransport\"]),",
            "SubscriberEngine reaches HTTPTransport: the engine decides"
        ),
        ("world(\"Daemon\"), world(\"S3\", [\"Daemon\"]),", "S3 depends on Daemon, which only "),
        ("world(\"S3\", [\"TestKit\"]),", "S3 is part of the program and depends on TestKit"),
        (
            "world(\"S3\", [odd]), let odd = Target.Dependency.product(name: \"Odd\")",
            "S3 depends on Odd, which belongs to nobody yet"
        ),
    ])
    func `a graph against the direction is caught`(more: String, problem: String) {
        let found = GraphRule.check(Self.graph(more))
        #expect(found.contains { $0.hasPrefix(problem) }, "\(found)")
    }

    @Test(arguments: [
        Snippet("Sources/SQS/A.swift", "import Logging\nimport FoundationEssentials", []),
        Snippet("Sources/AWS/A.swift", "import SQS", [1]),
        Snippet("Sources/SQS/A.swift", "package import AWS\nimport HTTPTransport", [2]),
        Snippet("Sources/AWS/A.swift", "\nimport Foundation", [2]),
        Snippet("Sources/AWS/A.swift", "import struct Foundation.Date", [1]),
        Snippet("Sources/SQS/A.swift", "import NIOSSL", [1]),
        Snippet("Sources/HTTPTransport/A.swift", "import NIOSSL", []),
        Snippet("Sources/SQS/A.swift", "import Glibc\nimport Dispatch", [1, 2]),
        Snippet("Sources/AWS/A.swift", "import Glibc", []),
        Snippet("Sources/AWS/A.swift", "// import SQS\nlet a = \"import SQS\"", []),
        Snippet("Sources/Nobody/A.swift", "import AWS", [1]),
        Snippet("Tests/SQSTests/A.swift", "import HTTPTransport", []),
    ])
    func `an import of what the target does not depend on is caught`(snippet: Snippet) {
        #expect(
            ImportRule.check(snippet.file, in: Self.graph()).map(\.line) == snippet.lines)
    }
}
