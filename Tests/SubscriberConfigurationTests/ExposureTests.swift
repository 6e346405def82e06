import Glibc
import Settings
import SubscriberConfiguration
import Testing

/// Who may write to a file of the configuration decides which programs are run, and as whom.
@Suite struct ExposureTests {
    private static let handler = "etc/handlers.d/orders.toml"

    @Test(arguments: [
        (handler, 0o646, everyone), (handler, 0o664, group), (handler, 0o666, everyone),
        ("etc/sqs-subscriber.toml", 0o602, everyone), ("etc/handlers.d", 0o777, everyone),
        ("etc/handlers.d", 0o775, group), ("etc", 0o777, everyone),
        ("etc/handlers.d/orders.toml.d", 0o777, everyone),
        ("etc/handlers.d/orders.toml.d/1.toml", 0o622, everyone),
        ("etc/sqs-subscriber.toml.d", 0o720, group),
    ])
    func `what others may write is a warning, and no error`(
        place: String, mode: Int, warning: String
    ) throws {
        let tree = try tree()
        #expect(try tree.load().warnings == [])
        #expect(chmod(tree.path(place), mode_t(mode)) == 0)
        #expect(
            try tree.load().warnings.map { tree.relative($0.description) } == [
                "\(place): \(warning)"
            ])
    }

    @Test func `what belongs to another user is a warning, and what is root's is not`() throws {
        let tree = try tree()
        #expect(chown(tree.path(Self.handler), 65_534, 65_534) == 0)
        #expect(
            try tree.load().warnings.map { tree.relative($0.description) } == [
                "\(Self.handler): belongs to another user (65534), who can have any program run as "
                    + "the service: chown root"
            ])
    }

    @Test func `a file that is not used is nobody's business`() throws {
        let tree = try tree()
        try tree.write("lib/handlers.d/orders.toml", "queue = \"other\"")
        chmod(tree.path("lib/handlers.d/orders.toml"), 0o666)
        try tree.write("etc/handlers.d/orders.toml.example", "")
        chmod(tree.path("etc/handlers.d/orders.toml.example"), 0o666)
        #expect(try tree.load().warnings == [])
    }

    @Test(arguments: ["/proc/self/environ", "/proc/self/status", "/proc/sys/kernel/hostname"])
    func `a link to a file that the kernel makes up masks nothing`(target: String) throws {
        let tree = try tree()
        try tree.link("etc/handlers.d/bills.toml", to: target)
        #expect(
            tree.errors() == [
                "etc/handlers.d/bills.toml: is made up by the kernel; only regular files are read, "
                    + "and a link to /dev/null masks"
            ])
    }

    private func tree() throws -> ConfigurationTree {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        try tree.write("etc/sqs-subscriber.toml", "slots = 5")
        try tree.write("etc/sqs-subscriber.toml.d/1.toml", "slots = 6")
        try tree.write(Self.handler + ".d/1.toml", "concurrency = 1")
        for folder in ["etc", "etc/handlers.d", "etc/sqs-subscriber.toml.d", Self.handler + ".d"] {
            chmod(tree.path(folder), 0o755)
        }
        for file in [
            Self.handler, "etc/sqs-subscriber.toml", "etc/sqs-subscriber.toml.d/1.toml",
            Self.handler + ".d/1.toml",
        ] {
            chmod(tree.path(file), 0o644)
        }
        return tree
    }

    private static let everyone =
        "may be written by everyone, who can have any program run as the service: chmod go-w"
    private static let group =
        "may be written by its group (\(getegid())), who can have any program run as the service: "
        + "chmod g-w"
}
