import Logging
import Systemd
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct WatchdogTests {
    /// A watchdog whose clock, health and service manager the test holds.
    private final class Scene: Sendable {
        let receiver: DatagramReceiver
        let log = LogRecorder()
        let pace = ManualPace()
        /// What each check answers; a check waits for its answer.
        private let answers = AsyncStream<Health>.makeStream()

        init() throws {
            receiver = try DatagramReceiver(isAbstract: true)
        }

        func answer(_ health: Health) {
            answers.continuation.yield(health)
        }

        func run(address: String? = nil) -> Task<Void, Never> {
            let manager = ServiceManager(
                environment: ["NOTIFY_SOCKET": address ?? receiver.address])
            let answers = answers.stream
            let watchdog = Watchdog(
                serviceManager: manager, interval: .seconds(15), logger: log.logger,
                trouble: ["event_id": "stuck"], sleep: pace.sleep
            ) {
                for await health in answers {
                    return health
                }
                return .unhealthy(reason: "cancelled")
            }
            return Task { await watchdog.run() }
        }
    }

    @Test func `each check that passes feeds the watchdog once`() async throws {
        let scene = try Scene()
        var sleeps = scene.pace.starts.makeAsyncIterator()
        let watchdog = scene.run()
        for _ in 0..<3 {
            scene.answer(.healthy)
            #expect(try await scene.receiver.next() == "WATCHDOG=1")
            #expect(await sleeps.next() == .seconds(15))
            scene.pace.elapse()
        }
        _ = await sleeps.next()
        watchdog.cancel()
        await watchdog.value
        #expect(scene.receiver.waiting() == [])
        #expect(scene.log.entries == [])
    }

    @Test func `a failed check feeds nothing and is logged once until it passes`() async throws {
        let scene = try Scene()
        var log = scene.log.arrivals.makeAsyncIterator()
        let watchdog = scene.run()
        let stuck = Health.unhealthy(reason: "the poll loop of orders is stuck")
        let failed = """
            error: Health check failed: the poll loop of orders is stuck. Systemd is left to \
            restart the service
            """
        let recovered = "notice: Healthy again: the watchdog is fed"
        let script: [(Health, logged: String?)] = [
            (.healthy, nil), (stuck, failed), (stuck, nil), (stuck, nil), (.healthy, recovered),
            (.healthy, nil), (stuck, failed),
        ]
        for (health, line) in script {
            scene.answer(health)
            if health == .healthy {
                #expect(try await scene.receiver.next() == "WATCHDOG=1")
            }
            if let line {
                #expect(await log.next()?.line == line)
            }
            scene.pace.elapse()
        }
        watchdog.cancel()
        await watchdog.value
        #expect(scene.receiver.waiting() == [])
        #expect(scene.log.entries.map(\.line) == script.compactMap(\.logged))
        // What explains the trouble does not explain its end.
        #expect(scene.log.entries.map { $0.metadata["event_id"] } == ["stuck", nil, "stuck"])
    }

    @Test func `another reason is another state`() async throws {
        let scene = try Scene()
        var log = scene.log.arrivals.makeAsyncIterator()
        let watchdog = scene.run()
        for reason in ["the worker pool is stuck", "the poll loop is stuck"] {
            scene.answer(.unhealthy(reason: reason))
            #expect(
                await log.next()?.line.hasPrefix("error: Health check failed: \(reason). ") == true)
            scene.pace.elapse()
        }
        watchdog.cancel()
        await watchdog.value
        #expect(scene.receiver.waiting() == [])
    }

    @Test func `a check that hangs feeds nothing until it answers`() async throws {
        let scene = try Scene()
        var log = scene.log.arrivals.makeAsyncIterator()
        let watchdog = scene.run()
        scene.pace.elapse()
        let overdue = try #require(await log.next()).line
        #expect(overdue.hasPrefix("error: Health check has not answered for 15.0 seconds. "))
        #expect(scene.receiver.waiting() == [])
        scene.answer(.healthy)
        #expect(try await scene.receiver.next() == "WATCHDOG=1")
        #expect(await log.next()?.line == "notice: Healthy again: the watchdog is fed")
        watchdog.cancel()
        await watchdog.value
    }

    @Test func `a service manager that cannot be reached is logged once`() async throws {
        let scene = try Scene()
        var sleeps = scene.pace.starts.makeAsyncIterator()
        let watchdog = scene.run(address: "@systemd-tests-nobody-listens")
        var log = scene.log.arrivals.makeAsyncIterator()
        scene.answer(.healthy)
        let line = try #require(await log.next()).line
        #expect(line.hasPrefix("error: The watchdog cannot be fed: cannot notify the service"))
        for _ in 0..<3 {
            _ = await sleeps.next()
            scene.pace.elapse()
            scene.answer(.healthy)
        }
        _ = await sleeps.next()
        watchdog.cancel()
        await watchdog.value
        #expect(scene.log.entries.map(\.line) == [line])
    }

    @Test func `a cancelled watchdog ends and feeds no more`() async throws {
        let scene = try Scene()
        var sleeps = scene.pace.starts.makeAsyncIterator()
        let watchdog = scene.run()
        _ = await sleeps.next()
        watchdog.cancel()
        await watchdog.value
        scene.answer(.healthy)
        #expect(scene.receiver.waiting() == [])
        #expect(scene.log.entries == [])
    }
}
