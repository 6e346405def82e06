/// Runs a program for its output. Child processes belong to another target, which brings the
/// implementation.
package protocol ProcessRunner: Sendable {
    /// Runs the program named by the first word, looked up in `PATH` when it has no slash, without
    /// a shell and with nothing on its standard input. Its process group is ended after `timeout`
    /// and when the task is cancelled.
    ///
    /// - Throws: when it cannot be started or the time was over, with a description fit for a log.
    func run(_ command: [String], timeout: Duration) async throws -> ProcessOutput
}

package struct ProcessOutput: Sendable, Equatable {
    /// The exit status; 128 and the signal's number for a program that a signal ended.
    let status: Int32
    let standardOutput: [UInt8]
    let standardError: [UInt8]

    package init(status: Int32, standardOutput: [UInt8], standardError: [UInt8]) {
        self.status = status
        self.standardOutput = standardOutput
        self.standardError = standardError
    }
}
