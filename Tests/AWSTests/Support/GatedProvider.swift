import AWS

/// A provider whose every look-up waits until the test answers it.
final class GatedProvider: CredentialProvider {
    typealias Outcome = Result<CredentialLookup, CredentialError>

    struct Call: Sendable {
        fileprivate let continuation: CheckedContinuation<Outcome, Never>

        func answer(_ credentials: Credentials) {
            continuation.resume(returning: .success(.found(credentials)))
        }

        func fail(_ kind: CredentialError.Kind, _ text: String = "no") {
            continuation.resume(returning: .failure(CredentialError(kind, text)))
        }

        func isAbsent(_ reason: String) {
            continuation.resume(returning: .success(.absent(reason)))
        }
    }

    let calls: AsyncStream<Call>
    private let called: AsyncStream<Call>.Continuation

    init() {
        (calls, called) = AsyncStream.makeStream()
    }

    func lookUp() async throws(CredentialError) -> CredentialLookup {
        try await withCheckedContinuation { called.yield(Call(continuation: $0)) }.get()
    }
}
