import Dispatch
import Foundation

/// A program that ran to its end.
package struct ProgramRun: Sendable {
    package let status: Int32
    package let output: [UInt8]
    package let errors: [UInt8]

    /// Runs a program of `PATH` in our environment, with `input` as its standard input. The waiting
    /// is done on Dispatch's threads: a test must not block one of Swift's few.
    package init(_ command: [String], input: [UInt8] = []) async throws {
        self = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try ProgramRun(blocking: command, input) })
            }
        }
    }

    private init(blocking command: [String], _ input: [UInt8]) throws {
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["--"] + command
        (process.standardInput, process.standardOutput, process.standardError) =
            (stdin, stdout, stderr)
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input))
        try stdin.fileHandleForWriting.close()
        output = Array(try stdout.fileHandleForReading.readToEnd() ?? Data())
        errors = Array(try stderr.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        status = process.terminationStatus
    }
}
