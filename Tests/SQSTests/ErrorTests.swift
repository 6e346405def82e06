import HTTP
import SQS
import TestKit
import Testing

/// The exception shapes of the service model 2012-11-05 as botocore 1.43.11 ships it.
private let modelErrors = [
    "BatchEntryIdsNotDistinct", "BatchRequestTooLong", "EmptyBatchRequest", "InvalidAddress",
    "InvalidAttributeName", "InvalidAttributeValue", "InvalidBatchEntryId", "InvalidIdFormat",
    "InvalidMessageContents", "InvalidSecurity", "KmsAccessDenied", "KmsDisabled",
    "KmsInvalidKeyUsage", "KmsInvalidState", "KmsNotFound", "KmsOptInRequired", "KmsThrottled",
    "MessageNotInflight", "OverLimit", "PurgeQueueInProgress", "QueueDeletedRecently",
    "QueueDoesNotExist", "QueueNameExists", "ReceiptHandleIsInvalid", "RequestThrottled",
    "ResourceNotFoundException", "TooManyEntriesInBatchRequest", "UnsupportedOperation",
]

/// The error of a receive that is answered so.
private func error(
    _ answer: Result<HTTPResponse, TransportError>
) async throws -> SQSError {
    let scene = Scene([answer])
    let error = await #expect(throws: SQSError.self) {
        _ = try await scene.client.receive(
            ReceiveRequest(queue: queue(), maximumMessages: 1, waitTime: .zero))
    }
    return try #require(error)
}

@Suite(.timeLimit(.minutes(1)))
struct ErrorTests {
    @Test(arguments: modelErrors)
    func `every error of the service model is in the table, in both spellings`(
        name: String
    ) async throws {
        let code = try #require(SQSErrorCode(rawValue: name))
        #expect(code.typeName == "com.amazonaws.sqs#" + name)
        // A status that means something else: the code decides.
        let json = try await error(errorAnswer(code.typeName, "Text", status: 500))
        #expect(json.kind == code.kind)
        #expect(json.code == name)
        #expect(json.requestID == "request-1")
        let query = try await error(
            errorAnswer("unheard#Of", "Text", status: 500, query: code.queryCode))
        #expect(query.kind == code.kind)
        let header = try await error(
            .answer(
                "", status: 500,
                headers: ["x-amzn-errortype": "\(name):http://internal.amazon.com/"]))
        #expect(header.kind == code.kind)
        #expect(header.code == name)
    }

    @Test(arguments: [
        ("com.amazonaws.sqs#QueueDoesNotExist", SQSError.Kind.missing),
        ("AWS.SimpleQueueService.NonExistentQueue", .missing),
        ("com.amazonaws.sqs#RequestThrottled", .throttled),
        ("com.amazon.coral.service#ThrottlingException", .throttled),
        ("SomeNewThrottlingError", .throttled),
        ("TooManyRequestsException", .throttled),
        ("KMS.AccessDeniedException", .denied),
        ("KMS.SomethingNew", .denied),
        ("KmsThrottled", .throttled),
        ("com.amazon.coral.service#AccessDeniedException", .denied),
        ("AccessDenied", .denied),
        ("OptInRequired", .denied),
        ("com.amazon.coral.service#ExpiredTokenException", .credentials),
        ("com.amazon.coral.service#UnrecognizedClientException", .credentials),
        ("InvalidClientTokenId", .credentials),
        ("SignatureDoesNotMatch", .credentials),
        ("com.amazon.coral.service#InvalidSignatureException", .credentials),
        ("MissingAuthenticationTokenException", .credentials),
        ("RequestTimeTooSkewed", .clockSkew),
        ("RequestExpired", .clockSkew),
        ("ReceiptHandleIsInvalid", .leaseLost),
        ("AWS.SimpleQueueService.MessageNotInflight", .leaseLost),
        ("OverLimit", .overLimit),
        ("InternalFailure", .transient),
        ("ServiceUnavailable", .transient),
        ("com.amazon.coral.service#UnknownOperationException", .malformed),
        ("com.amazon.coral.service#SerializationException", .malformed),
    ])
    func `a code says what to do`(type: String, kind: SQSError.Kind) async throws {
        let error = try await error(errorAnswer(type, status: 400))
        #expect(error.kind == kind)
    }

    @Test(arguments: [
        (
            "SignatureDoesNotMatch", "Signature expired: 2015 is now earlier than",
            SQSError.Kind.clockSkew
        ),
        ("InvalidSignatureException", "Signature not yet current: 2099", .clockSkew),
        (
            "InvalidParameterValueException",
            "Value x for parameter ReceiptHandle is invalid. Reason: The handle has expired.",
            .leaseLost
        ),
        ("InvalidParameterValue", "Value 9 for parameter WaitTimeSeconds is invalid.", .malformed),
    ])
    func `a text can say more than its code`(
        code: String, text: String, kind: SQSError.Kind
    ) async throws {
        let error = try await error(errorAnswer(code, text))
        #expect(error.kind == kind)
    }

    @Test(arguments: [
        (429, SQSError.Kind.throttled), (403, .denied), (401, .denied), (407, .denied),
        (404, .malformed), (400, .malformed), (413, .malformed), (302, .malformed),
        (408, .transient), (500, .transient), (502, .transient), (503, .transient),
        (504, .transient), (204, .transient),
    ])
    func `without a code the status says what to do`(
        status: Int, kind: SQSError.Kind
    ) async throws {
        for body in ["", "<html><body>Bad gateway</body></html>", #"{"__type":"#, "[]"] {
            let error = try await error(
                .answer(body, status: status, headers: ["Content-Type": "text/html"]))
            #expect(error.kind == kind)
            #expect(error.code == "HTTP \(status)")
            #expect(error.description.contains("text/html"))
            #expect(error.description.contains("Is the endpoint an SQS server"))
        }
    }

    @Test(arguments: ["<html>Welcome to the hotel</html>", "", "3", "[]", #"{"Messages":"#])
    func `a 200 that is not an answer is transient, and says what it may be`(
        body: String
    ) async throws {
        let error = try await error(.answer(body, headers: ["Content-Type": "text/html"]))
        #expect(error.kind == .transient)
        #expect(error.code == "UnreadableAnswer")
        #expect(error.description.contains("“orders”"))
        let size = body.utf8.count == 1 ? "1 byte" : "\(body.utf8.count) bytes"
        #expect(error.description.contains("\(size) of text/html"))
        #expect(error.description.contains("proxy or a login page"))
    }

    @Test(arguments: [
        (TransportError.Kind.unresolved, SQSError.Kind.transient), (.unreachable, .transient),
        (.tls, .transient), (.timeout, .transient), (.closed, .transient), (.stale, .transient),
        (.tooLarge, .transient),
        (.malformed, .transient), (.invalidURL, .malformed), (.cancelled, .cancelled),
    ])
    func `without an answer the transport says what to do`(
        transport: TransportError.Kind, kind: SQSError.Kind
    ) async throws {
        let error = try await error(.failure(transport))
        #expect(error.kind == kind)
        #expect(error.code == "\(transport)")
        #expect(error.description.contains("queue.test"))
    }

    @Test(arguments: [
        ("QueueDoesNotExist", "create the queue"), ("AccessDenied", "sqs:ReceiveMessage"),
        ("ExpiredToken", "Check the credentials"), ("RequestTimeTooSkewed", "timedatectl"),
        ("KmsAccessDenied", "KMS key"), ("OverLimit", "released first"),
    ])
    func `the text names the queue, the cause and the remedy`(
        code: String, remedy: String
    ) async throws {
        let error = try await error(errorAnswer(code, "What the service says"))
        #expect(error.description.hasPrefix("ReceiveMessage of queue “orders”: "))
        #expect(error.description.contains("What the service says. (\(code))"))
        #expect(error.description.contains(remedy))
    }

    @Test func `a batch is denied by the action of its single form`() async throws {
        let scene = Scene([errorAnswer("AccessDenied")])
        let error = await #expect(throws: SQSError.self) {
            _ = try await scene.client.delete([], from: queueURL)
        }
        #expect(error?.description.contains("Allow sqs:DeleteMessage to") == true)
    }

    @Test(arguments: [
        ("x-amz-retry-after", "1500", Duration.milliseconds(1_500)),
        ("Retry-After", "3", .seconds(3)),
        ("Retry-After", "Tue, 24 Nov 2026 00:29:23 GMT", nil), ("x-amz-retry-after", "-1", nil),
    ])
    func `what the service asks to wait is kept`(
        header: String, value: String, wait: Duration?
    ) async throws {
        let error = try await error(.answer("", status: 503, headers: [header: value]))
        #expect(error.retryAfter == wait)
    }

    @Test func `a wrong clock is shown beside the service's`() async throws {
        let error = try await error(
            .answer(
                #"{"__type":"RequestTimeTooSkewed"}"#, status: 403,
                headers: ["Date": "Tue, 24 Nov 2026 00:29:23 GMT"]))
        #expect(error.description.contains("the service's clock says Tue, 24 Nov 2026"))
    }

    @Test func `the canonical request of a signature error is not repeated`() async throws {
        let error = try await error(
            errorAnswer(
                "SignatureDoesNotMatch",
                #"It does not match.\n\nThe Canonical String was x-amz-security-token:SECRET"#))
        #expect(error.description.contains("It does not match."))
        #expect(!error.description.contains("SECRET"))
    }

    @Test func `what a server says is one line of limited length`() async throws {
        let noise = String(repeating: "x", count: 100_000)
        let error = try await error(errorAnswer("A\\u0007\\u001b[31m", "b\\u0000\\u009b" + noise))
        let scalars = error.description.unicodeScalars
        #expect(scalars.allSatisfy { $0.properties.generalCategory != .control })
        #expect(error.description.count < 1_000)
    }

    @Test(arguments: [
        ("ReceiptHandleIsInvalid", true), ("MessageNotInflight", true),
        ("AWS.SimpleQueueService.MessageNotInflight", true), ("InvalidParameterValue", true),
        ("InvalidMessageContents", true), ("BatchRequestTooLong", true),
        ("QueueDoesNotExist", false), ("AccessDenied", false), ("OverLimit", false),
        ("SerializationException", false), ("InvalidAction", false), ("HTTP 404", false),
    ])
    func `an error is about a message or about more than one`(code: String, isAbout: Bool) {
        #expect(SQSError(.malformed, code: code, "Text").concernsMessage == isAbout)
    }

    @Test func `both spellings of a code are of one table`() {
        for code in SQSErrorCode.allCases {
            #expect((400..<500).contains(code.status) == (code != .internalFailure))
            #expect(!code.queryCode.isEmpty)
            #expect(code.typeName.split(separator: "#").dropFirst() == [Substring(code.rawValue)])
        }
        #expect(Set(SQSErrorCode.allCases.map(\.queryCode)).count == SQSErrorCode.allCases.count)
    }
}
