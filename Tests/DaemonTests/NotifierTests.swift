import Daemon
import Logging
import Systemd
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NotifierTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private let receiver: DatagramReceiver
    private let manager: ServiceManager
    private let notifier: Notifier

    init() throws {
        receiver = try DatagramReceiver(isAbstract: false)
        manager = ServiceManager(
            environment: ["NOTIFY_SOCKET": receiver.address], sendTimeout: .milliseconds(1))
        notifier = Notifier(manager: manager, logger: Self.logger)
    }

    /// As a service manager that reads nothing would leave it.
    private func fillSocket() {
        while (try? manager.notify(.watchdog)) != nil {}
    }

    @Test func `a status is told once`() {
        notifier.enter(.ready, status: "serving")
        notifier.refresh(status: "serving")
        notifier.refresh(status: "busy")
        #expect(receiver.waiting() == ["READY=1\nSTATUS=serving", "STATUS=busy"])
    }

    @Test func `what the service manager had no room for is told again, in its order`() {
        fillSocket()
        notifier.enter(.reloading, status: "reloading")
        notifier.enter(.ready, status: "serving")
        notifier.refresh(status: "serving")
        #expect(receiver.waiting().allSatisfy { $0 == "WATCHDOG=1" })

        notifier.refresh(status: "serving")
        let told = receiver.waiting()
        #expect(told.map { $0.prefix(8) } == ["RELOADIN", "READY=1\n"])
        #expect(told.allSatisfy { $0.hasSuffix("STATUS=serving") })
        notifier.refresh(status: "serving")
        #expect(receiver.waiting() == [])
    }

    @Test func `a status that was lost is told again`() {
        fillSocket()
        notifier.refresh(status: "serving")
        #expect(receiver.waiting().allSatisfy { $0 == "WATCHDOG=1" })
        notifier.refresh(status: "serving")
        #expect(receiver.waiting() == ["STATUS=serving"])
    }
}
