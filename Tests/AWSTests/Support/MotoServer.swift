import Foundation
import Glibc

/// moto's server in a child, on a port of its own, for the time of a test.
enum MotoServer {
    struct NotStarted: Error { let said: String }

    static func with<Value>(_ body: (_ url: String) async throws -> Value) async throws -> Value {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // A child of a Dispatch thread has SIGTERM blocked; this one has nothing to save.
        defer { kill(process.processIdentifier, SIGKILL) }
        return try await body(try await address(in: output.fileHandleForReading))
    }

    /// Waits for the line that names the port, and goes on reading so that the child never blocks.
    private static func address(in output: FileHandle) async throws -> String {
        let (lines, line) = AsyncStream<String>.makeStream()
        DispatchQueue.global().async {
            var text = ""
            while case let data = output.availableData, !data.isEmpty {
                text += String(decoding: data, as: UTF8.self)
                let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
                for part in parts.dropLast() { line.yield(String(part)) }
                text = String(parts.last ?? "")
            }
            line.finish()
        }
        var said = ""
        for await line in lines {
            said += line + "\n"
            if let mark = line.range(of: "Running on http://127.0.0.1:") {
                let port = line[mark.upperBound...].prefix { $0.isNumber }
                return "http://127.0.0.1:\(port)"
            }
        }
        throw NotStarted(said: said)
    }
}
