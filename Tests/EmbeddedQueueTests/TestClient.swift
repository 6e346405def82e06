import Glibc
import NIOCore
import NIOPosix

/// A connection to the server, of which the test sees every byte.
struct TestClient {
    struct Answer {
        let status: Int
        /// By lower-case name.
        let headers: [String: String]
        let body: String
    }

    struct Closed: Error {}

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received = ByteBuffer()

    /// Connects, and closes when the body returns.
    static func connect<Result: Sendable>(
        to port: Int, _ body: @Sendable (inout TestClient) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var client = TestClient(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&client)
        }
    }

    /// Sends a request and returns its answer.
    mutating func ask(_ operation: String, _ json: String) async throws -> Answer {
        try await send(operation, json)
        return try await answer()
    }

    func send(_ operation: String, _ json: String) async throws {
        let request = """
            POST / HTTP/1.1\r
            Host: queue.test:1234\r
            X-Amz-Target: AmazonSQS.\(operation)\r
            Content-Type: application/x-amz-json-1.0\r
            Content-Length: \(json.utf8.count)\r
            \r
            \(json)
            """
        try await outbound.write(ByteBuffer(string: request))
    }

    func write(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    mutating func answer() async throws -> Answer {
        let head = try await head()
        let body = try await read(Int(head.headers["content-length"] ?? "") ?? 0)
        return Answer(status: head.status, headers: head.headers, body: body)
    }

    /// An answer that has no body, whatever its head says of one.
    mutating func head() async throws -> Answer {
        var head = ""
        while !head.hasSuffix("\r\n\r\n") {
            head += try await read(1)
        }
        let lines = head.split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let status = lines[0].split(separator: " ")[1]
        return Answer(status: Int(status) ?? 0, headers: headers, body: "")
    }

    /// Waits until the server has closed the connection, or reset it over what it did not read.
    mutating func waitForEnd() async throws {
        do {
            while try await inbound.next() != nil {}
        } catch let error as IOError where error.errnoCode == ECONNRESET {
            return
        }
    }

    private mutating func read(_ count: Int) async throws -> String {
        while received.readableBytes < count {
            guard var more = try await inbound.next() else { throw Closed() }
            received.writeBuffer(&more)
        }
        return received.readString(length: count) ?? ""
    }
}
