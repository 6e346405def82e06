import AWS
import Dispatch
import EventPatterns
import HTTP
import Intake
import Logging
import MessageHandling
import S3
import Synchronization
import TestKit
import Testing

/// Payloads in S3: fetched when a run needs them, once for all the handlers of a message.
@Suite(.timeLimit(.minutes(1))) struct PayloadTests {
    private static let pointer = message(
        #"["software.amazon.payloadoffloading.PayloadS3Pointer", "#
            + #"{"s3BucketName": "payloads", "s3Key": "ab/12"}]"#,
        ["ExtendedPayloadSize": text("5", type: "Number"), "own": text("a")])

    private func intake(
        _ transport: any Transport, unwrap: [Envelope] = [.s3], deletes: Bool = false
    ) -> QueueIntake {
        let client = S3Client(
            transport: transport, region: "eu-west-1",
            credentials: CredentialCache(
                provider: FixedCredentialProvider(
                    Credentials(accessKeyID: "AKID", secretAccessKey: "secret"))),
            endpoint: { (region: String) throws(SettingError) -> Endpoint in
                Endpoint(
                    url: "https://s3.\(region).amazonaws.com", region: region,
                    isConfigured: false)
            }, pause: { _ in })
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return QueueIntake(
            [QueueIntake.Taker(match: nil)], unwrap: unwrap,
            payloads: PayloadStore(client: client, limit: 10, deletes: deletes, logger: logger))
    }

    /// What a run gets.
    private enum Given: Equatable {
        case body(String)
        case result(HandlerResult)
    }

    private static func given(_ content: Arrival.Content) async -> Given {
        switch content {
        case .message(let message): .body(message.body)
        case .missing(let result): .result(result)
        case .elsewhere(let fetch): await given(await fetch())
        }
    }

    private static func refusal(_ status: Int, _ code: String) -> Result<
        HTTPResponse, TransportError
    > {
        .answer("<Error><Code>\(code)</Code><Message>so it is</Message></Error>", status: status)
    }

    @Test func `nothing is fetched before a run needs it, and then once for all runs`() async {
        let transport = ScriptedTransport([.answer("whole")])
        let arrival = intake(transport).arrival(of: Self.pointer)
        #expect(transport.sent.isEmpty)
        let given = await withTaskGroup(of: Given.self) { group in
            for _ in 0..<3 { group.addTask { await Self.given(arrival.content) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(given == Array(repeating: .body("whole"), count: 3))
        #expect(await Self.given(arrival.content) == .body("whole"))
        #expect(transport.sent.count == 1)
    }

    @Test func `the dead-letter queue has the pointer, the handlers what is in the payload`()
        async
    {
        let transport = ScriptedTransport([.answer("aGk=")])
        let arrival = intake(transport, unwrap: [.s3, .base64]).arrival(of: Self.pointer)
        #expect(arrival.message == Self.pointer)
        #expect(await Self.given(arrival.content) == .body("hi"))
    }

    @Test func `a payload that does not exist is rejected by every run, and asked for once`()
        async
    {
        let transport = ScriptedTransport([Self.refusal(404, "NoSuchKey")])
        let arrival = intake(transport).arrival(of: Self.pointer)
        for _ in 0..<2 {
            guard case .result(.outcome(.reject(let reason))) = await Self.given(arrival.content)
            else {
                Issue.record("not rejected")
                return
            }
            #expect(reason.hasPrefix("the payload "))
        }
        #expect(transport.sent.count == 1)
    }

    @Test func `a trouble that may pass is not kept`() async {
        let transport = ScriptedTransport([Self.refusal(403, "AccessDenied"), .answer("whole")])
        let arrival = intake(transport).arrival(of: Self.pointer)
        guard case .result(.threw) = await Self.given(arrival.content) else {
            Issue.record("not refused")
            return
        }
        #expect(await Self.given(arrival.content) == .body("whole"))
    }

    @Test func `a payload larger than the limit is rejected without being read`() async {
        let transport = ScriptedTransport([])
        let large = message(
            Self.pointer.body, ["ExtendedPayloadSize": text("11", type: "Number")])
        let given = await Self.given(intake(transport).arrival(of: large).content)
        #expect(
            given
                == .result(
                    .reject(
                        reason: "the payload s3://payloads/ab/12 has 11 bytes, more than "
                            + "payload_limit allows: 10")))
        #expect(transport.sent.isEmpty)
    }

    @Test func `a run that is cancelled takes the payload from no other`() async {
        let transport = FirstIsCut()
        let arrival = intake(transport).arrival(of: Self.pointer)
        let first = Task { await Self.given(arrival.content) }
        await transport.asked.first { _ in true }
        async let second = Self.given(arrival.content)
        first.cancel()
        #expect(await second == .body("whole"))
        #expect(await first.value == .result(.cancelled))
    }

    @Test func `what is in a payload is taken out on the threads of the handlers`() async {
        let threads = HandlerThreads()
        let fetch = PayloadFetch {
            .bytes([1])
        } decode: { _ in
            .missing(.reject(reason: "\(threads.isCurrent)"))
        }
        let content = await Task(executorPreference: threads) { await fetch.content() }.value
        #expect(await Self.given(content) == .result(.reject(reason: "true")))
    }

    @Test(arguments: [true, false])
    func `only where it is asked for a payload is deleted after its message`(deletes: Bool) async {
        let transport = ScriptedTransport([.answer("", status: 204)])
        let arrival = intake(transport, deletes: deletes).arrival(of: Self.pointer)
        await arrival.disposal?()
        #expect(transport.sent.map(\.request.method) == (deletes ? ["DELETE"] : []))
        #expect(intake(transport, deletes: true).arrival(of: message("plain")).disposal == nil)
    }
}

/// Threads of their own, which know themselves.
private final class HandlerThreads: TaskExecutor {
    private let queue = DispatchQueue(label: "handlers")
    private let mark = DispatchSpecificKey<Bool>()

    init() { queue.setSpecific(key: mark, value: true) }

    var isCurrent: Bool { DispatchQueue.getSpecific(key: mark) ?? false }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Answers every request but the first, which waits until it is cancelled.
private final class FirstIsCut: Transport {
    let asked: AsyncStream<Void>
    private let asking: AsyncStream<Void>.Continuation
    private let isFirst = Mutex(true)

    init() {
        (asked, asking) = AsyncStream.makeStream()
    }

    func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let waits = isFirst.withLock { isFirst in
            defer { isFirst = false }
            return isFirst
        }
        guard waits else { return HTTPResponse(status: 200, body: Array("whole".utf8)) }
        asking.yield()
        let (never, end) = AsyncStream<Never>.makeStream()
        for await _ in never {}
        end.finish()
        throw TransportError(.cancelled, "the request was cancelled")
    }
}
