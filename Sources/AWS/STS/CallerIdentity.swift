import HTTP

extension STSClient {
    /// GetCallerIdentity: the ARN of whom the credentials are, which no policy keeps from him.
    func callerIdentity(with credentials: Credentials) async throws(CredentialError) -> String {
        let name = "STS (GetCallerIdentity)"
        return try await answer(
            to: [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")], name: name,
            signedWith: credentials
        ).callerARN()
    }
}

extension STSAnswer {
    fileprivate func callerARN() throws(CredentialError) -> String {
        let text = String(decoding: response.body, as: UTF8.self)
        guard response.status == 200 else { throw refusal(text) }
        guard let arn = xmlText(of: ["GetCallerIdentityResult", "Arn"], in: text) else {
            throw CredentialError(.unavailable, "\(name) answered something else than an identity.")
        }
        return arn
    }
}
