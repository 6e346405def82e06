import AWS
import Foundation
import Glibc

/// Runs real programs for tests. The waiting is done on Dispatch's threads: a test must not block
/// one of Swift's few.
struct Children: ProcessRunner {
    struct NotStarted: Error {}

    func run(_ command: [String], timeout: Duration) async throws -> ProcessOutput {
        try await Self.run(command, input: [])
    }

    /// The program is found in `PATH`; its standard input is `input`, its environment is ours.
    static func run(_ command: [String], input: [UInt8]) async throws -> ProcessOutput {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try runBlocking(command, input) })
            }
        }
    }

    private static func runBlocking(
        _ command: [String], _ input: [UInt8]
    ) throws -> ProcessOutput {
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["--"] + command
        (process.standardInput, process.standardOutput, process.standardError) =
            (stdin, stdout, stderr)
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input))
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        let errors = try stderr.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return ProcessOutput(
            status: process.terminationStatus, standardOutput: Array(output),
            standardError: Array(errors))
    }
}

/// Asks botocore, in a child, how it would do it.
enum Botocore {
    struct Failed: Error { let said: String }

    static func ask<Question: Encodable, Answer: Decodable>(
        _ command: String, _ question: Question, as: Answer.Type
    ) async throws -> Answer {
        let script = try testData("botocore_oracle.py")
        let output = try await Children.run(
            ["python3", script, command], input: Array(JSONEncoder().encode(question)))
        guard output.status == 0 else {
            throw Failed(said: String(decoding: output.standardError, as: UTF8.self))
        }
        return try JSONDecoder().decode(Answer.self, from: Data(output.standardOutput))
    }
}

/// The path of a file in this target's `Data` folder.
func testData(_ name: String) throws -> String {
    struct Missing: Error { let name: String }
    guard let folder = Bundle.module.resourceURL else { throw Missing(name: name) }
    return folder.appendingPathComponent("Data/\(name)").path
}

/// Runs `body` with the path of a new, empty directory, and removes it.
func withTemporaryDirectory<Value>(
    _ body: (String) async throws -> Value
) async throws -> Value {
    let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("aws-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}
