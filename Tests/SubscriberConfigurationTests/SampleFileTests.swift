import AWS
import FoundationEssentials
import HandlerLibrary
import Settings
import SubscriberConfiguration
import Testing

/// The files that are installed say what the schema says.
@Suite struct SampleFileTests {
    @Test(
        arguments: [("sqs-subscriber.toml", nil)]
            + SampleFile.handlerKinds.map {
                ("handlers.d/\($0).toml.example", $0)
            } as [(String, String?)])
    func `an installed file is what the schema says`(name: String, kind: String?) throws {
        let expected = kind.map(SampleFile.handler) ?? SampleFile.main
        let file = Self.folder + name
        let found = try? String(contentsOfFile: file, encoding: .utf8)
        guard found != expected else { return }
        let fresh =
            FileManager.default.temporaryDirectory.path
            + "/" + name.split(separator: "/").joined(separator: "-")
        try expected.write(toFile: fresh, atomically: true, encoding: .utf8)
        Issue.record("config/\(name) is not what the schema says: cp \(fresh) config/\(name)")
    }

    @Test func `the main file sets nothing as it is installed`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let without = try tree.load()
        try tree.write("etc/sqs-subscriber.toml", try Self.text("sqs-subscriber.toml"))
        let with = try tree.load()
        #expect(with.subscriptions == without.subscriptions)
        #expect(with.aws == without.aws && with.log == without.log)
        #expect(with.slots == without.slots && with.graceTime == without.graceTime)
        #expect(
            with.provenance.main.keys.allSatisfy { with.provenance.main[$0]?.origin == .standard })
    }

    @Test func `with its comment marks removed, the main file has every key at its default`() throws
    {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let text = Self.withoutMarks(try Self.text("sqs-subscriber.toml"))
        try tree.write("etc/sqs-subscriber.toml", text)
        let main = try tree.load().provenance.main
        for key in Schema.main.keys {
            let place = SettingKey(key.place.components.map { $0 == "*" ? "orders" : $0 })
            let setting = try #require(main[place], "\(place) is not in the file")
            #expect(setting.origin != .standard, "\(place) is not in the file")
            let expected = key.standard.value ?? key.example
            #expect(setting.node.literal == expected.literal, "\(place)")
        }
    }

    @Test(arguments: SampleFile.handlerKinds)
    func `an example handler is valid as it is, and with its comment marks removed`(
        kind: String
    ) throws {
        let text = try Self.text("handlers.d/\(kind).toml.example")
        // Two ways of backing off exclude each other; the file shows the keys of both. And the
        // files that it names are on no machine.
        let left = [
            "delays", "signature_key_file", "ca_file", "client_certificate_file", "client_key_file",
        ]
        let all = Self.withoutMarks(text).split(separator: "\n")
            .filter { line in !left.contains { line.hasPrefix("\($0) = ") } }
            .joined(separator: "\n")
        for example in [text, all] {
            let tree = try ConfigurationTree()
            try tree.write("etc/handlers.d/example.toml", example)
            let handler = try #require(
                try tree.load(registrations: Self.registrations).handlers["example"])
            #expect(type(of: handler.kind.settings).place == SettingKey(kind))
        }
    }

    @Test func `installing the examples does not start handling`() throws {
        let tree = try ConfigurationTree()
        for kind in SampleFile.handlerKinds {
            let name = "handlers.d/\(kind).toml.example"
            try tree.write("etc/\(name)", try Self.text(name))
        }
        #expect(tree.errors().first?.contains("no queue to subscribe to") == true)
    }

    @Test func `no schema has a key twice`() {
        for schema in [Schema.main, .handler] {
            let places = schema.keys.map(\.place)
            #expect(Set(places).count == places.count)
        }
    }

    /// What the example of the kind `swift` names, and what it falls back on.
    private static let registrations = ["example", "orders"].map {
        HandlerRegistration(name: $0, queue: nil, concurrency: 1)
    }

    private static let folder =
        URL(filePath: #filePath).deletingLastPathComponent().path
        + "/../../config/"

    private static func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder + name, encoding: .utf8)
    }

    private static func withoutMarks(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") && line != "#" ? line.dropFirst() : line
        }.joined(separator: "\n")
    }
}
