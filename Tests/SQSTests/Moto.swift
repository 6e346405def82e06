import Foundation
import FoundationNetworking
import TestKit
import Testing

/// moto's SQS server, one for a suite: `@Suite(.moto)`.
struct Moto: SuiteTrait, TestScoping {
    @TaskLocal static var url = ""

    /// Moto reads the region from it and checks nothing.
    static let authorization =
        "AWS4-HMAC-SHA256 Credential=id/20260101/eu-west-1/sqs/aws4_request, "
        + "SignedHeaders=host, Signature=0"

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await MotoServer.with { url in
            try await Self.$url.withValue(url) { try await function() }
        }
    }

    /// Makes a queue, by a request of the test's own, and returns its URL.
    static func createQueue(
        named name: String, attributes: [String: String] = [:]
    ) async throws -> String {
        struct Created: Decodable { let QueueUrl: String }
        var request = URLRequest(url: try #require(URL(string: url)))
        request.httpMethod = "POST"
        request.httpBody = try JSONSerialization.data(
            withJSONObject: ["QueueName": name, "Attributes": attributes])
        request.setValue("application/x-amz-json-1.0", forHTTPHeaderField: "Content-Type")
        request.setValue("AmazonSQS.CreateQueue", forHTTPHeaderField: "X-Amz-Target")
        request.setValue(authorization, forHTTPHeaderField: "Authorization")
        let (answer, _) = try await URLSession.shared.data(for: request)
        return try JSONDecoder().decode(Created.self, from: answer).QueueUrl
    }
}

extension Trait where Self == Moto {
    static var moto: Self { Moto() }
}
