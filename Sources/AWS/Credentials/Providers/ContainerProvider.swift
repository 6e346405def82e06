package import HTTP
import JSON

/// The endpoint that Amazon ECS, EKS Pod Identity and Greengrass offer a container:
/// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, else `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
///
/// The `Authorization` field is the content of `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`, read again
/// for every request because the agent rotates it, else `AWS_CONTAINER_AUTHORIZATION_TOKEN`.
/// Source: "Container credential provider", AWS SDKs and Tools Reference Guide.
package struct ContainerProvider: CredentialProvider {
    private let environment: Environment
    private let transport: any Transport
    private let readFile: FileReading

    /// The agent is on the same host; botocore gives it as long.
    static let timeout = Duration.seconds(2)
    static let relativeBase = "http://169.254.170.2"
    /// The only hosts that may be asked without TLS, besides loopback: the agents of ECS and EKS.
    static let plaintextHosts: Set<String> = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]

    package init(
        environment: Environment, transport: any Transport, readFile: @escaping FileReading
    ) {
        self.environment = environment
        self.transport = transport
        self.readFile = readFile
    }

    package func lookUp() async throws(CredentialError) -> CredentialLookup {
        guard let (url, variable) = try endpoint() else {
            return .absent("container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set")
        }
        let source = "container endpoint (\(variable))"
        var request = HTTPRequest(method: "GET", url: url, headers: ["Accept": "application/json"])
        // The agent is on this host, and a token for it is for nobody between. botocore asks it
        // without a proxy too, and the metadata of instances with one.
        request.isDirect = true
        if let token = try authorization() { request.headers["Authorization"] = token }
        let response: HTTPResponse
        do {
            response = try await transport.send(request, timeout: Self.timeout)
        } catch {
            throw CredentialError(error, asking: source)
        }
        guard response.status == 200 else { throw Self.refusal(response, source) }
        guard let document = CredentialDocument(response.body) else {
            throw CredentialError(.unavailable, "\(source) answered something else than JSON.")
        }
        return .found(try document.credentials(tokenField: "Token", source: source))
    }

    private func endpoint() throws(CredentialError) -> (url: String, variable: String)? {
        let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
        if let path = environment.setting(relative) {
            guard path.hasPrefix("/") else {
                throw CredentialError(.misconfigured, "\(relative) must begin with a slash.")
            }
            return (Self.relativeBase + path, relative)
        }
        let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
        guard let url = environment.setting(full) else { return nil }
        guard Self.mayBeAsked(url) else {
            throw CredentialError(
                .misconfigured,
                "\(full) must be https, or http to this machine, 169.254.170.2, 169.254.170.23 or "
                    + "[fd00:ec2::23].")
        }
        return (url, full)
    }

    /// Credentials must not be asked for, in the clear, from a host anyone could be.
    static func mayBeAsked(_ url: String) -> Bool {
        guard let parts = URLParts(url) else { return false }
        return parts.scheme == "https"
            || parts.scheme == "http"
                && (parts.isLoopback || plaintextHosts.contains(parts.host))
    }

    private func authorization() throws(CredentialError) -> String? {
        let variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
        guard let path = environment.setting(variable) else {
            return environment.setting("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        }
        return try readToken(path, named: variable, readFile)
    }

    private static func refusal(_ response: HTTPResponse, _ source: String) -> CredentialError {
        let document = CredentialDocument(response.body)
        let why = [document?["code"], document?["message"]].compactMap(\.self)
        return CredentialError(
            response.status >= 500 || response.status == 429 ? .unavailable : .refused,
            "\(source) answered \(response.status) \(why.joined(separator: ": "))")
    }
}

/// Reads a token that goes into a header field or a form: white space around it is dropped, and a
/// byte order mark before it.
func readToken(
    _ path: String, named variable: String, _ readFile: FileReading
) throws(CredentialError) -> String {
    let bytes: [UInt8]?
    do {
        bytes = try readFile(path)
    } catch {
        throw CredentialError(.misconfigured, "the token file named by \(variable): \(error)")
    }
    guard let bytes else {
        throw CredentialError(
            .misconfigured, "the token file named by \(variable) does not exist: \(path)")
    }
    let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
    let text = bytes.withoutByteOrderMark
    let token = text.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    guard !token.isEmpty, token.allSatisfy({ $0 > 32 && $0 < 127 }) else {
        throw CredentialError(
            .misconfigured,
            "the token file named by \(variable) is empty or holds more than one token: \(path)")
    }
    return String(decoding: token, as: UTF8.self)
}
