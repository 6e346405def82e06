/// Messages that were handed over together, and who waits for what becomes of them.
final class Submission {
    private var findings: [Finding]
    private var open: Int
    private let continuation: CheckedContinuation<[Finding], Never>

    init(_ count: Int, _ continuation: CheckedContinuation<[Finding], Never>) {
        findings = Array(repeating: .cancelled, count: count)
        open = count
        self.continuation = continuation
    }

    /// Once for each of them.
    func settle(_ finding: Finding, at place: Int) {
        findings[place] = finding
        open -= 1
        if open == 0 { continuation.resume(returning: findings) }
    }
}
