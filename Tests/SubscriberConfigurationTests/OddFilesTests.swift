import FoundationEssentials
import Glibc
import Settings
import SubscriberConfiguration
import Testing

/// CONTRACT: a configuration directory with a FIFO, a dangling link or a binary file in it.
@Suite(.timeLimit(.minutes(1))) struct OddFilesTests {
    private static let handler = "etc/handlers.d/orders.toml"

    @Test(arguments: [Self.handler, "etc/sqs-subscriber.toml", handler + ".d/1.toml"])
    func `a FIFO is an error, and is not waited for`(place: String) throws {
        let tree = try ConfigurationTree()
        try tree.handler("bills")
        if place != Self.handler { try tree.handler("orders") }
        try FileManager.default.createDirectory(
            atPath: tree.path(Self.handler + ".d"), withIntermediateDirectories: true)
        tree.fifo(place)
        #expect(tree.errors() == ["\(place): is a FIFO; only regular files are read"])
    }

    @Test func `a directory with the name of a file is an error`() throws {
        let tree = try ConfigurationTree()
        try tree.write(Self.handler + "/inside", "")
        #expect(
            tree.errors() == ["\(Self.handler): is a directory; only regular files are read"])
    }

    @Test func `a newline in a file's name does not break the line of its error`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        try tree.write("etc/handlers.d/two\nlines.toml", "queue = 1\n[journal]\n")
        let errors = tree.errors()
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("etc/handlers.d/two\\nlines.toml: ") ?? false)
        #expect(errors.first?.contains("\n") == false)
    }

    @Test func `a device is an error and is not opened`() throws {
        let tree = try ConfigurationTree()
        try tree.link(Self.handler, to: "/dev/zero")
        #expect(
            tree.errors() == [
                "\(Self.handler): is a device; only regular files and links to /dev/null are read"
            ])
    }

    @Test func `a link that leads nowhere is an error`() throws {
        let tree = try ConfigurationTree()
        try tree.link(Self.handler, to: tree.path("gone"))
        #expect(
            tree.errors() == [
                "\(Self.handler): is a link that leads nowhere; mend it, "
                    + "or link to /dev/null to mask"
            ])
    }

    @Test func `links in a circle are an error`() throws {
        let tree = try ConfigurationTree()
        try tree.link(Self.handler, to: tree.path(Self.handler))
        let errors = tree.errors()
        #expect(errors.count == 1)
        #expect(errors[0].hasPrefix("\(Self.handler): cannot be read: "))
    }

    @Test func `a link to a file elsewhere is followed`() throws {
        let tree = try ConfigurationTree()
        try tree.write("elsewhere/x", "queue = \"orders\"\n[journal]")
        try tree.link(Self.handler, to: tree.path("elsewhere/x"))
        #expect(try tree.load().handlers["orders"] != nil)
    }

    @Test(
        arguments: [
            ([0x7F, 0x45, 0x4C, 0x46, 0xFF, 0xFE], "\(handler): is not a text file in UTF-8"),
            (Array("queue = \"a\u{0}b\"".utf8), "\(handler):1: a NUL character is not allowed"),
            (
                Array("\n\nqueue = \"a\\u0000b\"".utf8),
                "\(handler):3: a NUL character is not allowed"
            ),
        ] as [([UInt8], String)])
    func `a file that is no text is an error`(bytes: [UInt8], error: String) throws {
        let tree = try ConfigurationTree()
        try tree.write(Self.handler, bytes: bytes)
        #expect(tree.errors() == [error])
    }

    @Test func `a huge file is an error, one of a MiB is not`() throws {
        let tree = try ConfigurationTree()
        let handler = "queue = \"orders\"\n[journal]\n"
        let largest = handler + String(repeating: "#", count: (1 << 20) - handler.utf8.count)
        try tree.write(Self.handler, largest)
        #expect(tree.errors() == [])
        try tree.write(Self.handler, largest + "#")
        #expect(tree.errors() == ["\(Self.handler): is larger than 1MiB"])
    }

    @Test func `a file that may not be read is an error that says for whom to make it readable`()
        throws
    {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        chmod(tree.path(Self.handler), 0)
        // Root may read everything: look with another user's eyes, on this thread alone.
        let errors = asNobody { tree.errors() }
        #expect(
            errors == [
                "\(Self.handler): may not be read by this user; "
                    + "make it readable for the user of the service"
            ])
    }

    @Test func `a file where a directory should be is an error`() throws {
        let tree = try ConfigurationTree()
        try FileManager.default.removeItem(atPath: tree.path("etc/handlers.d"))
        try tree.write("etc/handlers.d", "")
        #expect(tree.errors() == ["etc/handlers.d: cannot be read: Not a directory"])
    }

    @Test(arguments: [
        ".orders.toml", "orders.toml~", "orders.toml.dpkg-new", "orders.toml.rpmsave",
        "orders.toml.example", "orders.conf", "README", ".orders.toml.swp", "#orders.toml#",
    ])
    func `files of editors and package managers are not looked at`(name: String) throws {
        let tree = try ConfigurationTree()
        try tree.handler("bills")
        try tree.write("etc/handlers.d/\(name)", "not TOML at all [")
        #expect(try tree.load().handlers.keys.sorted() == ["bills"])
    }

    @Test(arguments: ["my handler", "-orders", "ördërs", "a:b", String(repeating: "x", count: 65)])
    func `a file whose name cannot name a handler is an error`(name: String) throws {
        let tree = try ConfigurationTree()
        try tree.handler(name)
        let errors = tree.errors()
        #expect(errors.count == 1)
        #expect(errors.first?.contains("is not a handler name: letters, digits") == true)
    }

    @Test func `a name that is not UTF-8 is an error`() throws {
        let tree = try ConfigurationTree()
        let path = Array(tree.path("etc/handlers.d/").utf8) + [0xFF] + Array(".toml\u{0}".utf8)
        let descriptor = path.map(CChar.init(bitPattern:)).withUnsafeBufferPointer { name in
            name.baseAddress.map { open($0, O_CREAT | O_WRONLY | O_CLOEXEC, 0o644) } ?? -1
        }
        try #require(descriptor >= 0)
        close(descriptor)
        #expect(tree.errors().first?.contains("is not a handler name") == true)
    }

    @Test func `tables nested without end are an error`() throws {
        let tree = try ConfigurationTree()
        let dots = Array(repeating: "a", count: 5000).joined(separator: ".")
        try tree.write(Self.handler, "\(dots) = 1")
        #expect(tree.errors() == ["\(Self.handler):1: tables nested more than 16 deep"])
    }

    /// setfsuid(2) concerns the calling thread alone, and is undone on it.
    private func asNobody<Value>(_ body: () -> Value) -> Value {
        typealias Call = @convention(c) (UInt32) -> Int32
        guard let symbol = dlsym(nil, "setfsuid") else { return body() }
        let setfsuid = unsafeBitCast(symbol, to: Call.self)
        let before = setfsuid(65_534)
        defer { _ = setfsuid(UInt32(bitPattern: before)) }
        return body()
    }
}
