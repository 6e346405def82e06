import AWS
import Foundation
import HTTP
import TestKit
import Testing

struct SigV4BotocoreTests {
    /// What `botocore_oracle.py sign` is asked.
    struct Question: Encodable {
        let method: String
        let url: String
        let headers: [[String]]
        let body: Data
        let id: String
        let secret: String
        let token: String?
        let service: String
        let region: String
        let date: Int
    }

    @Test(.timeLimit(.minutes(1)))
    func `200 random requests get the Authorization that botocore gives them`() async throws {
        var generator = SeededGenerator(seed: 20_260_131)
        let questions = (0..<200).map { _ in Self.random(using: &generator) }
        let expected = try await Botocore.ask("sign", questions, as: [String].self)
        try #require(expected.count == questions.count)
        for (question, authorization) in zip(questions, expected) {
            #expect(Self.authorization(question) == authorization, "\(question)")
        }
    }

    private static func authorization(_ question: Question) -> String? {
        var request = HTTPRequest(
            method: question.method, url: question.url, body: Array(question.body))
        for field in question.headers { request.headers.add(field[0], field[1]) }
        SigV4Signer(service: question.service, region: question.region).sign(
            &request,
            with: Credentials(
                accessKeyID: question.id, secretAccessKey: question.secret,
                sessionToken: question.token),
            at: Date(timeIntervalSince1970: Double(question.date)))
        return request.headers["Authorization"]
    }

    private static func random(using generator: inout SeededGenerator) -> Question {
        func pick(_ choices: [String]) -> String {
            choices.randomElement(using: &generator) ?? ""
        }
        func some(_ most: Int, _ make: () -> String) -> [String] {
            (0..<Int.random(in: 0...most, using: &generator)).map { _ in make() }
        }
        let words = [
            "a", "Queue-1", "x_y~z", ".", "..", "", "%20", "%2F", "%E1%88%B4", "demo.fifo",
        ]
        let host = pick(["sqs.eu-west-1.amazonaws.com", "LocalHost:9324", "[::1]:80", "h:443"])
        let query = some(4) {
            pick(["b", "a", "A", "a-b", "%C3%A9"])
                + pick(["", "=", "=1", "=0", "=%3D", "=a%20b"])
        }
        let path = (["", ""] + some(5) { pick(words) }).joined(separator: "/")
        let headers = some(5) {
            pick(["X-Amz-Target", "content-type", "X-One", "x-one", "User-Agent", "ACCEPT", "TE"])
        }.map { [$0, pick(["v", "  a   b ", "", "AmazonSQS.SendMessage", "a\tb", "\"q  q\""])] }
        return Question(
            method: pick(["GET", "POST", "PUT"]),
            url: pick(["http", "https"]) + "://" + host + path.dropFirst()
                + (query.isEmpty ? "" : "?" + query.joined(separator: "&")),
            headers: headers,
            body: Data(some(200) { pick(["{", "é", "x", "\n"]) }.joined().utf8),
            id: "AKID\(Int.random(in: 0...9999, using: &generator))",
            secret: pick(["s", "wJalr/+XUtn", "0123456789abcdef0123456789abcdef01234567"]),
            token: Bool.random(using: &generator) ? "token//+==" : nil,
            service: pick(["sqs", "sts"]), region: pick(["eu-west-1", "us-gov-east-1"]),
            date: Int.random(in: 0...4_000_000_000, using: &generator))
    }
}
