import AWS
import Foundation
import TestKit

/// Runs real programs for tests.
struct Children: ProcessRunner {
    func run(_ command: [String], timeout: Duration) async throws -> ProcessOutput {
        let run = try await ProgramRun(command)
        return ProcessOutput(
            status: run.status, standardOutput: run.output, standardError: run.errors)
    }
}

/// Asks botocore, in a child, how it would do it.
enum Botocore {
    struct Failed: Error { let said: String }

    static func ask<Question: Encodable, Answer: Decodable>(
        _ command: String, _ question: Question, as: Answer.Type
    ) async throws -> Answer {
        let run = try await ProgramRun(
            ["python3", try testData("botocore_oracle.py"), command],
            input: Array(JSONEncoder().encode(question)))
        guard run.status == 0 else {
            throw Failed(said: String(decoding: run.errors, as: UTF8.self))
        }
        return try JSONDecoder().decode(Answer.self, from: Data(run.output))
    }
}

/// The path of a file in this target's `Data` folder.
func testData(_ name: String) throws -> String {
    struct Missing: Error { let name: String }
    guard let folder = Bundle.module.resourceURL else { throw Missing(name: name) }
    return folder.appendingPathComponent("Data/\(name)").path
}

func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}
