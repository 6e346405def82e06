import Foundation
import Testing

/// moto's SQS server, which others wrote and boto3 is tested against, as a child process.
///
/// One for a suite: `@Suite(.moto)`. It ends with the suite, and by itself when its stdin does.
struct Moto: SuiteTrait, TestScoping {
    @TaskLocal static var url = ""

    private static let program = """
        import logging, sys
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        from moto.server import ThreadedMotoServer
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        print(server.get_host_and_port()[1], flush=True)
        sys.stdin.read()
        server.stop()
        """

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let server = Process()
        let input = Pipe()
        let output = Pipe()
        server.executableURL = URL(filePath: "/usr/bin/env")
        server.arguments = ["python3", "-c", Self.program]
        server.standardInput = input
        server.standardOutput = output
        let (ended, end) = AsyncStream.makeStream(of: Never.self)
        server.terminationHandler = { _ in end.finish() }
        try server.run()
        do {
            try await scope(of: output, performing: function)
        } catch {
            await Self.end(server, ended)
            throw error
        }
        await Self.end(server, ended)
    }

    private static func end(_ server: Process, _ ended: AsyncStream<Never>) async {
        // Not terminate(): the child has inherited a signal mask that blocks SIGTERM.
        kill(server.processIdentifier, SIGKILL)
        for await _ in ended {}
    }

    private func scope(
        of output: Pipe, performing function: @Sendable () async throws -> Void
    ) async throws {
        let line = await Self.firstOutput(of: output.fileHandleForReading)
        let port = try #require(
            Int(line.prefix { !$0.isNewline }), "moto did not start: pip install 'moto[server]'")
        try await Self.$url.withValue("http://127.0.0.1:\(port)") {
            try await function()
        }
    }

    /// The server's only line, which it writes in one piece; empty where it ended without one.
    private static func firstOutput(of handle: FileHandle) async -> String {
        await withCheckedContinuation { continuation in
            handle.readabilityHandler = { handle in
                handle.readabilityHandler = nil
                continuation.resume(
                    returning: String(decoding: handle.availableData, as: UTF8.self))
            }
        }
    }
}

extension Trait where Self == Moto {
    static var moto: Self { Moto() }
}
