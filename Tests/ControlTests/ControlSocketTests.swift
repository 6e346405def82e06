import Control
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

    @Test func `commands look there too, and then for the service`() {
        func candidates(
            _ environment: [String: String], configured: String? = nil, instance: String? = nil
        ) -> [String] {
            ControlSocket.candidates(
                configured: configured, instance: instance, environment: environment)
        }
        #expect(candidates(Self.user, configured: "/a/socket") == ["/a/socket"])
        #expect(candidates(Self.service) == ["/run/sqs-subscriber/control/control.sock"])
        #expect(
            candidates(Self.user)
                == [
                    "/run/user/7/sqs-subscriber/control.sock", "/run/sqs-subscriber/control.sock",
                ])
        #expect(candidates([:]) == ["/run/sqs-subscriber/control.sock"])
        #expect(
            candidates(Self.service, configured: "/a/socket", instance: "eu")
                == ["/run/sqs-subscriber@eu/control.sock"])
    }
}
