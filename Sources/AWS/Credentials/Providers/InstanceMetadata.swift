package import HTTP

/// Asks the EC2 instance metadata service, version 2 alone: every answer needs a token got by
/// `PUT`, which a forwarded request cannot get. Version 1 is not fallen back to.
///
/// `AWS_EC2_METADATA_DISABLED=true` turns it off; `AWS_EC2_METADATA_SERVICE_ENDPOINT` names another
/// address; `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=ipv6` takes the IPv6 one. Of the last two the
/// profile may have the same in small letters, without `AWS_`; a variable goes before it.
package struct InstanceMetadata: Sendable {
    package enum Answer: Sendable, Equatable {
        case text(String)
        /// There is no such service or no such thing in it.
        case absent(String)
        /// The service is there and in trouble.
        case failed(String)
    }

    private let base: String
    private let isDisabled: Bool
    private let transport: any Transport

    /// The time that a request has. The service is on the same host; where there is none, a start
    /// must not wait long. botocore gives it as long.
    static let timeout = Duration.seconds(1)
    /// The life of the token, in seconds. It is used at once, and not again.
    static let tokenLifetime = "60"

    package init(
        environment: Environment, profile: Profile? = nil, transport: any Transport
    ) {
        let name = "ec2_metadata_service_endpoint"
        func setting(_ name: String) -> String? {
            environment.setting("AWS_\(name.uppercased())") ?? profile?[name]
        }
        let isIPv6 = setting("\(name)_mode").map(lowercasedASCII) == "ipv6"
        var base =
            setting(name) ?? (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        isDisabled = environment.flag("AWS_EC2_METADATA_DISABLED") ?? false
        self.transport = transport
    }

    /// The region the instance runs in.
    func region() async -> Answer {
        await get("placement/region")
    }

    /// - Parameter path: below `/latest/meta-data/`.
    func get(_ path: String) async -> Answer {
        guard !isDisabled else { return .absent("AWS_EC2_METADATA_DISABLED is set") }
        let token = await ask(
            HTTPRequest(
                method: "PUT", url: "\(base)/latest/api/token",
                headers: ["X-aws-ec2-metadata-token-ttl-seconds": Self.tokenLifetime]))
        guard case .text(let token) = token else { return token }
        return await ask(
            HTTPRequest(
                method: "GET", url: "\(base)/latest/meta-data/\(path)",
                headers: ["X-aws-ec2-metadata-token": token]))
    }

    private func ask(_ request: HTTPRequest) async -> Answer {
        do {
            let response = try await transport.send(request, timeout: Self.timeout)
            let text = String(decoding: response.body, as: UTF8.self)
            switch response.status {
            case 200 where !text.isEmpty: return .text(text)
            case 429, 500...: return .failed("\(base) answered \(response.status)")
            default: return .absent("\(base) answered \(response.status)")
            }
        } catch {
            return .absent("\(base) gave no answer")
        }
    }
}
