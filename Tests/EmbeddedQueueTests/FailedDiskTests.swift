import EmbeddedQueue
import NIOPosix
import SQS
import Synchronization
import TestKit
import Testing

/// A driver whose file is gone from under it, which is as a disk that fails.
@Suite(.timeLimit(.minutes(1))) struct FailedDiskTests {
    private final class Scene: Sendable {
        let driver: StoreDriver
        let failures = Atomic(0)
        private let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            let regions = Regions(home: KeptStores.home) { region in
                QueueStore(seed: 1, region: region, keepsJournal: true)
            }
            driver = StoreDriver(
                regions: regions, eventLoop: MultiThreadedEventLoopGroup.singleton.next())
            _ = try driver.open(QueueStorage(directory: folder.path + "/data", sync: .off)) {
                self.failures.add(1, ordering: .relaxed)
            }
        }

        func ask(_ request: StoreRequest) async -> Result<StoreAnswer, StoreError> {
            await driver.perform(request, in: KeptStores.home, on: nil)
        }
    }

    private static func isFailure(_ answer: Result<StoreAnswer, StoreError>) -> Bool {
        if case .failure(let error) = answer { error.code == .internalFailure } else { false }
    }

    @Test func `what cannot be written is not answered, nor is anything that comes after`()
        async throws
    {
        let scene = try Scene()
        #expect(!Self.isFailure(await scene.ask(.createQueue(name: "q"))))
        let send = StoreRequest.send(NewMessage(SendEntry(id: "", body: "x")), to: "q")
        #expect(!Self.isFailure(await scene.ask(send)))
        scene.driver.close()
        #expect(Self.isFailure(await scene.ask(send)))
        #expect(Self.isFailure(await scene.ask(.receive(StoreReceive(), from: "q"))))
        await #expect(throws: StoreError.self) { try await scene.driver.reset() }
        await #expect(throws: StoreError.self) {
            _ = try await scene.driver.pass(.seconds(1))
        }
        #expect(scene.failures.load(ordering: .relaxed) == 1)
    }

    @Test func `a long poll that waits when the disk fails ends with the failure`() async throws {
        let scene = try Scene()
        for name in ["q", "empty"] { _ = await scene.ask(.createQueue(name: name)) }
        async let poll = scene.ask(
            .receive(StoreReceive(waitTime: .seconds(20)), from: "empty"))
        await until { scene.driver.waiting == 1 }
        scene.driver.close()
        #expect(Self.isFailure(await scene.ask(.purge("q"))))
        #expect(Self.isFailure(await poll))
    }
}
