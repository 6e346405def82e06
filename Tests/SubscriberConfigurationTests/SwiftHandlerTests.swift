import AWS
import HandlerLibrary
import Settings
import SubscriberConfiguration
import Testing

/// Handlers that the program brings along, and the files that use them.
@Suite struct SwiftHandlerTests {
    private static let registrations = [
        HandlerRegistration(name: "thumbnails", queue: "images", concurrency: 3),
        HandlerRegistration(name: "audit", queue: nil, concurrency: 10),
    ]

    @Test func `a registration with a queue is a subscription without a file`() throws {
        let tree = try ConfigurationTree()
        let configuration = try tree.load(registrations: Self.registrations)
        #expect(configuration.subscriptions.map(\.queue.text) == ["images"])
        let handler = try #require(configuration.handlers["thumbnails"])
        #expect(handler.concurrency == 3)
        #expect(handler.kind == ChosenKind(SwiftSettings()))
    }

    @Test func `files stand beside registrations, and use them by name`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        try tree.write(
            "etc/handlers.d/all.toml",
            "queue = \"orders\"\n[swift]\nhandler = \"audit\"\ntimeout = \"5s\"\n")
        let configuration = try tree.load(registrations: Self.registrations)
        #expect(configuration.handlers.keys.sorted() == ["all", "orders", "thumbnails"])
        var expected = SwiftSettings()
        expected.handler = "audit"
        expected.timeout = .seconds(5)
        #expect(configuration.handlers["all"]?.kind == ChosenKind(expected))
    }

    @Test func `a file with the name of a registration takes its place`() throws {
        let tree = try ConfigurationTree()
        try tree.write("etc/handlers.d/thumbnails.toml", "queue = \"other\"\n[swift]\n")
        let configuration = try tree.load(registrations: Self.registrations)
        #expect(configuration.subscriptions.map(\.queue.text) == ["other"])
        #expect(configuration.handlers["thumbnails"]?.concurrency == 10)
    }

    @Test func `a name that nobody registered is an error that lists the names there are`() throws {
        let tree = try ConfigurationTree()
        try tree.write(
            "etc/handlers.d/a.toml", "queue = \"q\"\n[swift]\nhandler = \"thumbnail\"\n")
        #expect(
            tree.errors(registrations: Self.registrations) == [
                "etc/handlers.d/a.toml:3: swift.handler: \"thumbnail\" is not registered; "
                    + "allowed: \"audit\", \"thumbnails\""
            ])
        #expect(
            tree.errors() == [
                "etc/handlers.d/a.toml:3: swift.handler: this program has no handler in Swift; "
                    + "build one with SQSSubscriber"
            ])
    }

    @Test func `two registrations of one name are an error`() throws {
        let tree = try ConfigurationTree()
        let twice = ["images", "orders", nil].map {
            HandlerRegistration(name: "x", queue: $0, concurrency: 1)
        }
        #expect(
            tree.errors(registrations: twice) == [
                "the program: 3 handlers are registered as \"x\", for \"images\" and \"orders\" "
                    + "and no queue; give each a name of its own"
            ])
    }

    @Test func `a registration with more messages at once than any handler may have is an error`()
        throws
    {
        let tree = try ConfigurationTree()
        let wrong = HandlerRegistration(name: "a", queue: "orders", concurrency: 20_000)
        #expect(
            tree.errors(registrations: [wrong]) == [
                "the program: concurrency: 20000 is out of range; allowed: a whole number from 1 "
                    + "to 10000"
            ])
    }

    @Test func `an invalid queue of a registration is an error of the program's`() throws {
        let tree = try ConfigurationTree()
        let wrong = HandlerRegistration(name: "a", queue: "no queue!", concurrency: 1)
        let errors = tree.errors(registrations: [wrong])
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("the program: \"no queue!\" ") == true)
    }
}
