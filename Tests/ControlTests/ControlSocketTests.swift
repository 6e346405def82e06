import Control
import Glibc
import TestKit
import Testing

/// Where a daemon listens, and where commands look.
@Suite struct ControlSocketTests {
    private static let user = ["XDG_RUNTIME_DIR": "/run/user/7"]
    private static let service = ["RUNTIME_DIRECTORY": "/run/sqs-subscriber/control:/run/other"]

    @Test func `a daemon listens where it was told, then where systemd and the session say`() {
        let both = Self.user.merging(Self.service) { $1 }
        #expect(ControlSocket.path(configured: "/a/socket", environment: both) == "/a/socket")
        #expect(
            ControlSocket.path(configured: nil, environment: both)
                == "/run/sqs-subscriber/control/control.sock")
        #expect(
            ControlSocket.path(configured: nil, environment: Self.user)
                == "/run/user/7/sqs-subscriber/control.sock")
        #expect(ControlSocket.path(configured: nil, environment: [:]) == nil)
        #expect(ControlSocket.path(configured: nil, environment: ["XDG_RUNTIME_DIR": ""]) == nil)
    }

    @Test func `instances are those that have a socket`() throws {
        let folder = try TemporaryFolder()
        for name in ["sqs-subscriber@west", "sqs-subscriber@east", "sqs-subscriber", "other"] {
            try #require(mkdir("\(folder.path)/\(name)", 0o755) == 0)
            try folder.write("\(name)/control.sock", [])
        }
        try #require(mkdir("\(folder.path)/sqs-subscriber@gone", 0o755) == 0)
        #expect(ControlSocket.instances(in: folder.path) == ["east", "west"])
        #expect(ControlSocket.instances(in: "\(folder.path)/nowhere") == [])
    }

    private func candidates(
        _ environment: [String: String], configured: String? = nil, directory: String? = nil
    ) -> [String] {
        ControlSocket.candidates(
            configured: configured, directory: directory, environment: environment)
    }

    @Test func `commands look there too, and then for the service`() {
        #expect(candidates(Self.user, configured: "/a/socket") == ["/a/socket"])
        #expect(candidates(Self.service) == ["/run/sqs-subscriber/control/control.sock"])
        #expect(
            candidates(Self.user)
                == [
                    "/run/user/7/sqs-subscriber/control.sock", "/run/sqs-subscriber/control.sock",
                ])
        #expect(candidates([:]) == ["/run/sqs-subscriber/control.sock"])
    }

    @Test(
        arguments: [
            ("/etc/sqs-subscriber@eu", "/run/sqs-subscriber@eu/control.sock"),
            ("/etc/sqs-subscriber@eu/", "/run/sqs-subscriber@eu/control.sock"),
            ("/etc/sqs-subscriber", "/run/sqs-subscriber/control.sock"),
            (ControlSocket.directory(ofInstance: "eu"), "/run/sqs-subscriber@eu/control.sock"),
            ("/srv/sqs-subscriber@eu", nil), ("etc/sqs-subscriber@eu", nil), ("/etc/other", nil),
            ("/etc/sqs-subscriber@eu/more", nil), ("/etc/sqs-subscriberly", nil), ("", nil),
        ] as [(String, String?)])
    func `the folder of a configuration leads to its own daemon, or to none`(
        directory: String, socket: String?
    ) {
        #expect(candidates(Self.user, directory: directory) == [socket].compactMap(\.self))
        #expect(
            candidates(Self.user, configured: "/a/socket", directory: directory) == ["/a/socket"])
        #expect(
            candidates(Self.service, directory: directory)
                == ["/run/sqs-subscriber/control/control.sock"])
    }
}
