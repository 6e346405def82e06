import AWS
import HTTP
import HTTPTransport
import HandlerLibrary
import Logging
import MessageHandling
import S3
import SQS

/// Answers of HTTP, byte by byte, from every server that the daemon asks, to what asks it.
struct HTTPAnswerTarget: FuzzTarget {
    let name = "http-answers"
    let words = [
        "HTTP/1.1 200 OK\r\n", "HTTP/1.1 099 x\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n", "HTTP/1.0 204 x\r\n", "HTTP/1.1 304 x\r\n\r\n",
        "HTTP/2.0 200 OK\r\n", "\r\n", "\r\n\r\n", "Content-Length: 2\r\n",
        "Content-Length: 18446744073709551615\r\n", "Content-Length: -1\r\n",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n",
        "2\r\n{}\r\n", "ffffffffffffffff\r\n", "5;ext=\"a\"\r\n", "Trailer: x\r\n",
        "Connection: close\r\n", "Connection: upgrade\r\nUpgrade: h2c\r\n",
        "Retry-After: 7\r\n", "Location: http://127.0.0.1/\r\n", " folded\r\n", ": \r\n", "{}",
    ]

    /// What asks.
    private enum Client: Int, CaseIterable {
        case plain, headOnly, sqs, s3, sts, metadata, container, handler
    }

    private static let answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n{\"Messages\": []}",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 099 x\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc",
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 400 Bad\r\nContent-Length: 46\r\n\r\n"
            + "{\"__type\": \"com.amazonaws.sqs#OverLimit\"}     ",
        "HTTP/1.0 302 Found\r\nLocation: /x\r\nConnection: keep-alive\r\n\r\n",
    ]

    var corpus: [[UInt8]] {
        Client.allCases.flatMap { client in
            Self.answers.enumerated().map { index, answer in
                Parts.join(["\(client.rawValue) \(index * 7) \(index) 0", answer])
            }
        }
    }

    func run(_ input: [UInt8]) async -> Verdict {
        let parts = Parts.split(input, into: 2)
        let numbers = String(decoding: parts[0], as: UTF8.self).split(separator: " ").map {
            Int($0) ?? 0
        }
        let control = numbers + Array(repeating: 0, count: 4)
        guard let server = try? await Self.server.value else { return .wrong("no server") }
        server.play(
            AnswerServer.Script(
                answer: parts[1], cut: Int(control[1].magnitude % 4_096),
                ending: .allCases[Int(control[2].magnitude % 3)], isHasty: control[3] % 4 == 1))
        let client = Client.allCases[Int(control[0].magnitude % UInt(Client.allCases.count))]
        var options = NIOTransport.Options()
        options.keepsBodies = client != .headOnly && client != .handler
        let transport = NIOTransport(options)
        let verdict = await ask(as: client, server.url, transport)
        await transport.shutdown()
        return verdict
    }

    private static let server = Task { try await AnswerServer.start() }

    private func ask(as client: Client, _ url: String, _ transport: any Transport) async -> Verdict
    {
        switch client {
        case .plain, .headOnly:
            let request = HTTPRequest(url: url, body: Array("body".utf8))
            guard let answer = try? await transport.send(request, timeout: .seconds(4)) else {
                return .refused
            }
            return answer.status < 200 ? .wrong("a status of \(answer.status)") : .accepted
        case .sqs: return await askSQS(url, transport)
        case .s3: return await askS3(url, transport)
        case .sts:
            return await lookUp(
                [
                    "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_REGION": "eu-west-1",
                    "AWS_ROLE_ARN": "arn:aws:iam::1:role/r", "AWS_ENDPOINT_URL_STS": url,
                ], transport)
        case .metadata:
            return await lookUp(["AWS_EC2_METADATA_SERVICE_ENDPOINT": url], transport)
        case .container:
            return await lookUp(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url + "/"], transport)
        case .handler: return await handle(url, transport)
        }
    }

    private func lookUp(_ environment: Environment, _ transport: any Transport) async -> Verdict {
        let provider = StandardCredentialProvider(
            settings: AWSSettings(),
            dependencies: AWSDependencies(
                environment: environment, transport: transport, processRunner: NoProcesses(),
                readFile: { $0 == "/token" ? Array("token".utf8) : nil }))
        guard case .found = try? await provider.lookUp() else { return .refused }
        return .accepted
    }

    private func askSQS(_ url: String, _ transport: any Transport) async -> Verdict {
        let client = SQSClient(
            transport: transport, endpoint: .configured(url),
            sign: { (request) throws(SQSError) in SignedRequest(request) {} },
            pacing: Never(), onCorrupted: { _ = "\($0)" })
        let messages = try? await client.receive(
            ReceiveRequest(
                queue: Queue(name: "q", url: url + "/1/q"), maximumMessages: 10, waitTime: .zero))
        return messages == nil ? .refused : .accepted
    }

    private func askS3(_ url: String, _ transport: any Transport) async -> Verdict {
        guard let object = try? S3Object(bucket: "payloads", key: "key") else { return .refused }
        let credentials = Credentials(accessKeyID: "a", secretAccessKey: "b")
        let client = S3Client(
            transport: transport, region: "eu-west-1",
            credentials: CredentialCache(provider: Same(credentials: credentials)),
            endpoint: { (region) throws(SettingError) in
                Endpoint(url: url, region: region, isConfigured: true)
            }, pause: { _ in })
        return (try? await client.get(object, limit: 1 << 20)) == nil ? .refused : .accepted
    }

    private func handle(_ url: String, _ transport: any Transport) async -> Verdict {
        var settings = HTTPSettings()
        settings.url = url
        let handler = HTTPHandler(settings, transport: transport)
        let message = Message(
            id: "m", receiptHandle: "r", body: "body",
            queue: Queue(name: "q", url: "http://127.0.0.1/1/q"))
        let logger = Logger(label: "fuzzing") { _ in SwiftLogNoOpLogHandler() }
        let outcome = try? await handler.handle(
            message, context: HandlerContext(handlerName: "h", logger: logger))
        return outcome == .done ? .accepted : .refused
    }
}

/// Every failure is final.
private struct Never: RetryPacing {
    func takeRetry(after failure: SQSError) async -> Int? { nil }
    func pause(afterFailures failures: Int, last failure: SQSError) async throws {}
    func succeeded(lastCost: Int?) {}
}

/// Always has the same.
private struct Same: CredentialProvider {
    let credentials: Credentials

    func lookUp() async throws(CredentialError) -> CredentialLookup { .found(credentials) }
}

private struct NoProcesses: ProcessRunner {
    struct None: Error {}

    func run(_ command: [String], timeout: Duration) async throws -> ProcessOutput { throw None() }
}
