import AWS
import Calendar
import Foundation
import HTTP
import Testing

/// The header-signing cases of AWS's own suite (`Data/sigv4.json` names its source).
struct SigV4VectorTests {
    struct Suite: Decodable {
        let source: String
        let cases: [Vector]
    }

    struct Vector: Decodable, CustomTestStringConvertible, Sendable {
        struct Context: Decodable, Sendable {
            struct Keys: Decodable, Sendable {
                let access_key_id: String
                let secret_access_key: String
                let token: String?
            }

            let credentials: Keys
            let normalize: Bool
            let region: String
            let service: String
            let sign_body: Bool
            let timestamp: String
            let omit_session_token: Bool?
        }

        let name: String
        let context: Context
        let request: String
        let canonicalRequest: String
        let signature: String
        let signedRequest: String

        var testDescription: String { name }
    }

    static let vectors: [Vector] = {
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: testData("sigv4.json")))
            return try JSONDecoder().decode(Suite.self, from: data).cases
        } catch {
            Issue.record(error)
            return []
        }
    }()

    @Test func `the suite is whole`() {
        #expect(Self.vectors.count == 38)
    }

    @Test(arguments: vectors)
    func `a request is signed as the suite says`(vector: Vector) throws {
        var request = parsed(vector.request)
        let keys = vector.context.credentials
        var signer = SigV4Signer(
            service: vector.context.service, region: vector.context.region)
        signer.path.normalizes = vector.context.normalize
        signer.sendsBodyHash = vector.context.sign_body
        signer.signsSessionToken = vector.context.omit_session_token != true
        signer.sign(
            &request,
            with: Credentials(
                accessKeyID: keys.access_key_id, secretAccessKey: keys.secret_access_key,
                sessionToken: keys.token),
            at: try #require(Date(iso8601: vector.context.timestamp)))

        let expected = parsed(vector.signedRequest)
        for name in ["Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-SHA256"]
        {
            #expect(request.headers[name] == expected.headers[name])
        }
        let hash = try #require(vector.canonicalRequest.split(separator: "\n").last)
        // Was signed: take what signing added away, but for what the signature covers.
        request.headers["Authorization"] = nil
        if vector.context.omit_session_token == true {
            request.headers["X-Amz-Security-Token"] = nil
        }
        let canonical = CanonicalRequest(
            request, bodyHash: String(hash), normalizesPath: vector.context.normalize)
        #expect(String(decoding: canonical.bytes, as: UTF8.self) == vector.canonicalRequest)
    }

    /// The suite writes requests as HTTP/1.1 does, with long fields folded over lines.
    private func parsed(_ text: String) -> HTTPRequest {
        let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        var lines = parts[0].split(separator: "\n")[...]
        let first = lines.removeFirst().dropLast(" HTTP/1.1".count)
        let mark = first.firstIndex(of: " ") ?? first.endIndex
        var request = HTTPRequest(
            method: String(first[..<mark]),
            url: "https://example.amazonaws.com" + first[mark...].dropFirst(),
            body: parts.count > 1 ? Array(parts[1].utf8) : [])
        var fields: [(String, String)] = []
        for line in lines {
            if line.first == " " {
                fields[fields.count - 1].1 += "\n" + line
            } else {
                let colon = line.firstIndex(of: ":") ?? line.endIndex
                fields.append((String(line[..<colon]), String(line[colon...].dropFirst())))
            }
        }
        for (name, value) in fields { request.headers.add(name, value) }
        return request
    }
}
