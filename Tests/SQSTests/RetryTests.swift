import HTTP
import SQS
import TestKit
import Testing

private let throttled = errorAnswer("com.amazonaws.sqs#RequestThrottled", status: 403)
private let expired = errorAnswer("com.amazon.coral.service#ExpiredTokenException", status: 403)

@Suite(.timeLimit(.minutes(1)))
struct RetryTests {
    private func read(_ scene: Scene) async throws(SQSError) {
        _ = try await scene.client.attributes(["All"], of: queueURL)
    }

    @Test func `a passing trouble is tried again, paid for and paced`() async throws {
        let scene = Scene([.failure(.closed), throttled, .answer("{}")])
        try await read(scene)
        #expect(
            scene.journal.entries == [
                .paid(.transient), .paused(failures: 1, .transient),
                .paid(.throttled), .paused(failures: 2, .throttled),
                .succeeded(lastCost: 14),
            ])
        let bodies = Set(scene.transport.sent.map(\.request.body))
        #expect(bodies.count == 1)
    }

    @Test func `a success at once is told to the quota`() async throws {
        let scene = Scene([.answer("{}")])
        try await read(scene)
        #expect(scene.journal.entries == [.succeeded(lastCost: nil)])
    }

    @Test func `three attempts are all`() async throws {
        let scene = Scene([.failure(.timeout), .failure(.timeout), .failure(.closed)])
        let error = await #expect(throws: SQSError.self) { try await read(scene) }
        #expect(error?.kind == .transient)
        #expect(error?.code == "closed")
        #expect(scene.transport.sent.count == 3)
    }

    @Test func `an answer that does not come has a code of its own`() async throws {
        let scene = Scene([.failure(.timeout)], quota: 0)
        let error = await #expect(throws: SQSError.self) { try await read(scene) }
        #expect(error?.code == SQSError.timeoutCode)
    }

    @Test func `a spent quota ends the attempts`() async throws {
        let scene = Scene([.failure(.timeout), .failure(.closed)], quota: 1)
        let error = await #expect(throws: SQSError.self) { try await read(scene) }
        #expect(error?.code == "closed")
        #expect(scene.transport.sent.count == 2)
    }

    @Test func `refused credentials are looked up anew and tried once more`() async throws {
        let scene = Scene([expired, .answer("{}")])
        try await read(scene)
        #expect(scene.journal.entries == [.refused, .succeeded(lastCost: nil)])
        let signatures = scene.transport.sent.map { $0.request.headers["Authorization"] }
        #expect(signatures == ["signature 0", "signature 1"])
    }

    @Test func `credentials that are refused twice are an error`() async throws {
        let scene = Scene([expired, expired])
        let error = await #expect(throws: SQSError.self) { try await read(scene) }
        #expect(error?.kind == .credentials)
        #expect(scene.transport.sent.count == 2)
    }

    @Test(arguments: [
        "AccessDenied", "QueueDoesNotExist", "InvalidAttributeName", "ReceiptHandleIsInvalid",
        "OverLimit", "RequestExpired",
    ])
    func `what stays wrong is not tried again`(code: String) async throws {
        let scene = Scene([errorAnswer(code)])
        let error = await #expect(throws: SQSError.self) { try await read(scene) }
        #expect(error?.code == code)
        #expect(scene.transport.sent.count == 1)
        #expect(scene.journal.entries.isEmpty)
    }

    @Test(arguments: [throttled, .failure(.timeout), .answer("<html>"), .answer("", status: 503)])
    func `a receive has one attempt`(
        answer: Result<HTTPResponse, TransportError>
    ) async throws {
        let scene = Scene([answer])
        await #expect(throws: SQSError.self) {
            _ = try await scene.client.receive(
                ReceiveRequest(queue: queue(), maximumMessages: 1, waitTime: .zero))
        }
        #expect(scene.transport.sent.count == 1)
        #expect(scene.journal.entries.isEmpty)
    }

    @Test func `a receive leaves fresh credentials to the next one`() async throws {
        let scene = Scene([expired])
        await #expect(throws: SQSError.self) {
            _ = try await scene.client.receive(
                ReceiveRequest(queue: queue(), maximumMessages: 1, waitTime: .zero))
        }
        #expect(scene.transport.sent.count == 1)
        #expect(scene.journal.entries == [.refused])
    }

    @Test func `a cancelled pause ends the call`() async throws {
        let scene = Scene([throttled, .answer("{}")])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await read(scene)
        }
        let error = await #expect(throws: SQSError.self) {
            _ = try await task.value
        }
        #expect(error?.kind == .cancelled)
    }

    @Test func `without credentials nothing is sent`() async throws {
        let transport = ScriptedTransport([])
        let client = SQSClient(
            transport: transport, endpoint: .regional("https://sqs.test"),
            sign: { (_) throws(SQSError) in
                throw SQSError(.credentials, code: "NoCredentials", "None found.")
            },
            pacing: JournalPacing(journal: Journal(), quota: 0), onCorrupted: { _ in })
        let error = await #expect(throws: SQSError.self) {
            _ = try await client.attributes(["All"], of: queueURL)
        }
        #expect(error?.code == "NoCredentials")
        #expect(transport.sent.isEmpty)
    }
}
