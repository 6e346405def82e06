import Testing

@Suite(.timeLimit(.minutes(1)))
struct RequestTests {
    /// Each with what is wrong in it.
    @Test(arguments: [
        ("SendMessage", #"{"QueueUrl": 5}"#, "The value of QueueUrl has the wrong type."),
        (
            "SendMessage", #"{"QueueUrl": "q", "MessageBody": "b", "DelaySeconds": "5"}"#,
            "The value of DelaySeconds has the wrong type."
        ),
        (
            "SendMessage", #"{"MessageAttributes": {"a": {"DataType": []}}}"#,
            "The value of MessageAttributes.a.DataType has the wrong type."
        ),
        (
            "SendMessage", #"{"MessageAttributes": {"a": {"BinaryValue": "%"}}}"#,
            "The value of MessageAttributes.a.BinaryValue cannot be read."
        ),
        (
            "DeleteMessageBatch", #"{"Entries": [{"Id": "a"}, {"Id": {}}]}"#,
            "The value of Entries.Index 1.Id has the wrong type."
        ),
        (
            "DeleteMessageBatch", #"{"Entries": ["a"]}"#,
            "The value of Entries.Index 0 has the wrong type."
        ),
        ("DeleteMessageBatch", #"{"Entries": {}}"#, "The value of Entries has the wrong type."),
        ("TagQueue", #"{"Tags": {"a": null}}"#, "The value of Tags.a must not be null."),
        (
            "UntagQueue", #"{"TagKeys": ["a", null]}"#,
            "The value of TagKeys.Index 1 must not be null."
        ),
        ("ListQueues", "[", "The request is not a JSON object."),
        (
            "ListQueues", #"{"a":["# + String(repeating: "0,", count: 9_998) + "0]}",
            "The request has more than 10000 values."
        ),
        (
            "ListQueues", String(repeating: "[", count: 513),
            "The request has more than 512 lists and objects in each other."
        ),
        ("ListQueues", "{} {}", "The request is not a JSON object."),
        ("SendMessage", #"{"MessageBody": "a\ud800b"}"#, "The request is not a JSON object."),
        ("ListQueues", "{\"QueueNamePrefix\": \"\u{1}\"}", "The request is not a JSON object."),
    ])
    func `a request that cannot be read is told what is wrong, and where`(
        operation: String, json: String, problem: String
    ) async throws {
        try await ask { client in
            let answer = try await client.ask(operation, json)
            #expect(answer.status == 400)
            #expect(answer.headers["x-amzn-query-error"] == "MalformedInput;Sender")
            #expect(
                answer.body
                    == #"{"__type":"com.amazon.coral.service#SerializationException","#
                    + #""message":"\#(problem)"}"#)
        }
    }

    @Test(arguments: [
        #"{"QueueName": "r", "Unknown": [{"a": null}], "Attributes": null}"#,
        #" {"QueueName":"\u0072", "tags": {}} "#,
    ])
    func `what is null counts as left out, and what is not known is passed over`(
        json: String
    ) async throws {
        try await ask { client in
            let answer = try await client.ask("CreateQueue", json)
            #expect(answer.status == 200)
        }
    }

    @Test func `a whole number may be written with a fraction and an exponent`() async throws {
        try await ask { client in
            let answer = try await client.ask(
                "ReceiveMessage", #"{"QueueUrl": "q", "MaxNumberOfMessages": 1.0e1}"#)
            #expect(answer.status == 200)
            let refused = try await client.ask(
                "ReceiveMessage", #"{"QueueUrl": "q", "MaxNumberOfMessages": 1.5}"#)
            #expect(refused.body.contains("The value of MaxNumberOfMessages cannot be read."))
        }
    }

    private func ask(
        _ body: @escaping @Sendable (inout TestClient) async throws -> Void
    ) async throws {
        try await withServer { _, port in try await TestClient.connect(to: port, body) }
    }
}
