import Foundation
import Glibc

/// moto, which others wrote and boto3 is tested against, in a child, on a port of its own, for the
/// time of a test. It ends by itself when its standard input does.
package enum MotoServer {
    package struct NotStarted: Error, CustomStringConvertible {
        package var description: String { "moto did not start: pip install 'moto[server]'" }
    }

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

    package static func with(_ body: (_ url: String) async throws -> Void) async throws {
        let (server, input, output) = (Process(), Pipe(), Pipe())
        server.executableURL = URL(filePath: "/usr/bin/env")
        server.arguments = ["python3", "-c", program]
        server.standardInput = input
        server.standardOutput = output
        let (ended, end) = AsyncStream.makeStream(of: Never.self)
        server.terminationHandler = { _ in end.finish() }
        try server.run()
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(try await url(in: output.fileHandleForReading)))
        } catch {
            result = .failure(error)
        }
        // Not terminate(): the child has inherited a signal mask that blocks SIGTERM.
        kill(server.processIdentifier, SIGKILL)
        for await _ in ended {}
        try result.get()
    }

    /// From the server's only line, which it writes in one piece.
    private static func url(in output: FileHandle) async throws -> String {
        let line = await withCheckedContinuation { continuation in
            output.readabilityHandler = { handle in
                handle.readabilityHandler = nil
                continuation.resume(
                    returning: String(decoding: handle.availableData, as: UTF8.self))
            }
        }
        guard let port = Int(line.prefix { !$0.isNewline }) else { throw NotStarted() }
        return "http://127.0.0.1:\(port)"
    }
}
