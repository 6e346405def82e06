import Glibc
import Systemd
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ServiceManagerTests {
    @Test(arguments: [
        (ServiceNotification.ready, "READY=1"),
        (.stopping, "STOPPING=1"),
        (.watchdog, "WATCHDOG=1"),
        (.status("serving 3 queues, größe 7"), "STATUS=serving 3 queues, größe 7"),
        (.status(""), "STATUS="),
        (.extendTimeout(.seconds(30)), "EXTEND_TIMEOUT_USEC=30000000"),
        (.extendTimeout(.milliseconds(1.5)), "EXTEND_TIMEOUT_USEC=1500"),
        (.extendTimeout(.seconds(-1)), "EXTEND_TIMEOUT_USEC=0"),
        (.extendTimeout(.seconds(Int64.max)), "EXTEND_TIMEOUT_USEC=\(Int64.max)"),
        (.failure(errno: ENOENT), "ERRNO=2"),
    ])
    func `a notification is the assignment of sd_notify`(
        notification: ServiceNotification, datagram: String
    ) async throws {
        let receiver = try DatagramReceiver(isAbstract: false)
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": receiver.address])
        try manager.notify(notification)
        #expect(try await receiver.next() == datagram)
    }

    @Test(arguments: [false, true])
    func `several notifications travel in one datagram`(isAbstract: Bool) async throws {
        let receiver = try DatagramReceiver(isAbstract: isAbstract)
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": receiver.address])
        #expect(manager.isSupervised)
        try manager.notify(.ready, .status("serving"), .extendTimeout(.seconds(1)))
        #expect(
            try await receiver.next() == "READY=1\nSTATUS=serving\nEXTEND_TIMEOUT_USEC=1000000")
        #expect(receiver.waiting() == [])
    }

    @Test func `a reload carries the monotonic time of the moment it is announced`() async throws {
        let receiver = try DatagramReceiver(isAbstract: false)
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": receiver.address])
        let before = Self.monotonicMicroseconds()
        try manager.notify(.reloading, .status("reloading"))
        let lines = try await receiver.next().split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.first == "RELOADING=1")
        #expect(lines.last == "STATUS=reloading")
        let time = lines[1].split(separator: "=")
        #expect(time.first == "MONOTONIC_USEC")
        let told = try #require(time.last.flatMap { UInt64($0) })
        #expect((before...Self.monotonicMicroseconds()).contains(told))
    }

    @Test func `a status text cannot add assignments of its own`() async throws {
        let receiver = try DatagramReceiver(isAbstract: false)
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": receiver.address])
        try manager.notify(.status("a\nREADY=1\r\nMAINPID=1\u{0}b\u{2028}c\u{85}d"))
        #expect(try await receiver.next() == "STATUS=a READY=1  MAINPID=1 b c d")
    }

    @Test func `a long status is cut between characters and says so`() async throws {
        let receiver = try DatagramReceiver(isAbstract: false)
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": receiver.address])
        for padding in ["", "1", "12", "123"] {
            try manager.notify(.status(padding + String(repeating: "🦊", count: 2000)))
            let text = try await receiver.next().dropFirst("STATUS=".count)
            #expect(text.utf8.count <= ServiceNotification.statusBytes)
            #expect(text.utf8.count > ServiceNotification.statusBytes - 4)
            #expect(text.hasSuffix("🦊… (cut, \(8000 + padding.utf8.count) bytes in all)"))
            #expect(!text.contains("\u{FFFD}"))
        }
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["WATCHDOG_USEC": "1000000"]])
    func `without a service manager every call does nothing`(environment: [String: String]) throws {
        let manager = ServiceManager(environment: environment)
        #expect(!manager.isSupervised)
        #expect(manager.watchdogInterval == nil)
        try manager.notify(.ready, .status("nobody hears this"), .reloading)
    }

    @Test(arguments: [
        ("vsock:2:1234", EAFNOSUPPORT, "absolute path, or @"),
        ("relative", EAFNOSUPPORT, "absolute path, or @"),
        ("/", EAFNOSUPPORT, "absolute path, or @"),
        ("/" + String(repeating: "x", count: 107), ENAMETOOLONG, "at most 107 bytes"),
        ("@" + String(repeating: "x", count: 108), ENAMETOOLONG, "at most 107 bytes"),
        ("/nonexistent/notify", ENOENT, "nothing listens there"),
        ("@systemd-tests-nobody-listens", ECONNREFUSED, "nothing listens there"),
        ("/tmp", ECONNREFUSED, "nothing listens there"),
    ])
    func `a socket that cannot be reached is an error that names it`(
        address: String, code: Int32, remedy: String
    ) throws {
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": address])
        let error = try #require(throws: ServiceManagerError.self) { try manager.notify(.ready) }
        #expect(error.socket == address)
        #expect(error.code == code)
        #expect(error.description.contains("NOTIFY_SOCKET=\(address): "))
        #expect(error.description.contains(remedy))
    }

    @Test func `a service manager that does not read is an error and not a wait`() throws {
        let receiver = try DatagramReceiver(isAbstract: false)
        let manager = ServiceManager(
            environment: ["NOTIFY_SOCKET": receiver.address], sendTimeout: .milliseconds(20))
        // More than any queue of datagrams holds (net.unix.max_dgram_qlen, the send buffer).
        let error = try #require(throws: ServiceManagerError.self) {
            for _ in 0..<100_000 {
                try manager.notify(.watchdog)
            }
        }
        #expect(error.code == ETIMEDOUT)
        #expect(receiver.waiting().allSatisfy { $0 == "WATCHDOG=1" })
        try manager.notify(.ready)
        #expect(receiver.waiting() == ["READY=1"])
    }

    @Test func `what systemd would drop for its length is refused`() throws {
        let receiver = try DatagramReceiver(isAbstract: false)
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": receiver.address])
        let status = ServiceNotification.status(String(repeating: "x", count: 1024))
        let error = try #require(throws: ServiceManagerError.self) {
            try manager.notify(status, status, status, status)
        }
        #expect(error.code == EMSGSIZE)
        #expect(error.description.contains("at most 4096 bytes"))
        #expect(receiver.waiting() == [])
        try manager.notify(status, status, status)
        #expect(receiver.waiting().map(\.utf8.count) == [3 * (7 + 1024) + 2])
    }

    @Test(arguments: [
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"], Duration.seconds(15)),
        (["WATCHDOG_USEC": "30000000"], .seconds(15)),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"], nil),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": ""], nil),
        (["WATCHDOG_USEC": "0"], nil),
        (["WATCHDOG_USEC": "-5"], nil),
        (["WATCHDOG_USEC": "30s"], nil),
        (["WATCHDOG_PID": "42"], nil),
        ([:], nil),
    ])
    func `the watchdog is fed at half its timeout, by the process it is meant for`(
        variables: [String: String], interval: Duration?
    ) {
        let environment = variables.merging(["NOTIFY_SOCKET": "/run/systemd/notify"]) { $1 }
        let manager = ServiceManager(environment: environment, processID: 42)
        #expect(manager.watchdogInterval == interval)
    }

    private static func monotonicMicroseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000
    }
}
