import AWS
import Foundation
import HTTP

/// The services that give out credentials, in one local server: instance metadata, a container's
/// endpoint and STS. What it gives out says who asked, and with what.
enum FakeAWS {
    static let instanceRole = "instance-role"
    static let metadataToken = "metadata-token"
    static let containerToken = "container-token"

    static func answer(_ request: HTTPRequest) -> HTTPResponse {
        let path = request.url.prefix { $0 != "?" }
        switch (request.method, path) {
        case ("PUT", "/latest/api/token"):
            let hasLifetime = request.headers["X-aws-ec2-metadata-token-ttl-seconds"] != nil
            return hasLifetime ? text(metadataToken) : HTTPResponse(status: 400)
        case ("GET", _) where path.hasPrefix("/latest/meta-data/"):
            guard request.headers["X-aws-ec2-metadata-token"] == metadataToken else {
                return HTTPResponse(status: 401)
            }
            return metadata(path.dropFirst("/latest/meta-data/".count))
        case ("GET", "/container"):
            return container(request)
        case ("POST", "/"):
            return STSForm(request).answer()
        default:
            return HTTPResponse(status: 404)
        }
    }

    private static func metadata(_ path: Substring) -> HTTPResponse {
        switch path {
        case "iam/security-credentials/": text(instanceRole)
        case "iam/security-credentials/\(instanceRole)":
            text(
                """
                {"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "ASIAINSTANCE",
                "SecretAccessKey": "secret", "Token": "instance-session",
                "Expiration": "2099-01-01T00:00:00Z"}
                """)
        case "placement/region": text("eu-central-1")
        // botocore asks for the zone.
        case "placement/availability-zone/": text("eu-central-1a")
        default: HTTPResponse(status: 404)
        }
    }

    private static func container(_ request: HTTPRequest) -> HTTPResponse {
        guard request.headers["Authorization"] == containerToken else {
            return HTTPResponse(
                status: 401, body: Array(#"{"code": "Denied", "message": "bad token"}"#.utf8))
        }
        return text(
            """
            {"AccessKeyId": "ASIACONTAINER", "SecretAccessKey": "secret",
            "Token": "container-session", "Expiration": "2099-01-01T00:00:00Z"}
            """)
    }

    static func text(_ text: String) -> HTTPResponse {
        HTTPResponse(status: 200, body: Array(text.utf8))
    }
}

/// A request to STS, and its answer: the access key tells role and caller, the token the rest.
struct STSForm {
    private(set) var fields: [String: String] = [:]
    /// The access key that signed, nothing for an unsigned request.
    let signer: String

    init(_ request: HTTPRequest) {
        let authorization = request.headers["Authorization"] ?? ""
        signer =
            authorization.split(separator: "Credential=").last.map {
                String($0.prefix { $0 != "/" })
            }.flatMap { authorization.isEmpty ? nil : $0 } ?? ""
        for pair in String(decoding: request.body, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            fields[parts[0]] = parts.count > 1 ? parts[1].removingPercentEncoding : ""
        }
    }

    func answer() -> HTTPResponse {
        let action = fields["Action"] ?? ""
        let role = fields["RoleArn"]?.split(separator: "/").last.map(String.init) ?? ""
        if role == "denied" { return Self.refusal }
        let by = action == "AssumeRole" ? signer : fields["WebIdentityToken"] ?? ""
        let session = [role, by, fields["ExternalId"] ?? "-", fields["DurationSeconds"] ?? "-"]
        return FakeAWS.text(
            """
            <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <\(action)Result>
                <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>
                  <AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>
                <Credentials>
                  <AccessKeyId>ASIA\(role)</AccessKeyId>
                  <SecretAccessKey>secret</SecretAccessKey>
                  <SessionToken>\(session.joined(separator: "&amp;"))</SessionToken>
                  <Expiration>2099-01-01T00:00:00Z</Expiration>
                </Credentials>
              </\(action)Result>
              <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
            </\(action)Response>
            """)
    }

    private static let refusal = HTTPResponse(
        status: 403,
        body: Array(
            """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>
            <Type>Sender</Type><Code>AccessDenied</Code>
            <Message>User: arn:aws:iam::1:user/u is not authorized</Message>
            </Error><RequestId>1</RequestId></ErrorResponse>
            """.utf8))
}
