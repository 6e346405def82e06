import HandlerLibrary
import MessageHandling
import Testing

/// What AWS documents of a partial batch response, and what it leaves open.
struct BatchResponseTests {
    private static let ids: Set<String> = ["m-1", "m-2", "m-3"]

    private func read(_ answer: String) -> BatchResponse {
        BatchResponse.read(Array(answer.utf8), ids: Self.ids)
    }

    @Test(arguments: [
        #"{"batchItemFailures": []}"#, #"{"batchItemFailures": null}"#, "{}", "null", "", " \n",
        "\u{FEFF}", "\u{FEFF}{}",
        #"{"statusCode": 200}"#, #"{"statusCode": 200, "batchItemFailures": []}"#,
    ])
    func `nothing reported is a complete success`(answer: String) {
        #expect(read(answer) == .success)
    }

    @Test(
        arguments: [
            (#"{"batchItemFailures":[{"itemIdentifier":"m-2"}]}"#, ["m-2"]),
            ("\u{FEFF}" + #"{"batchItemFailures":[{"itemIdentifier":"m-2"}]}"#, ["m-2"]),
            (
                #"{"batchItemFailures":[{"itemIdentifier":"m-3"},{"itemIdentifier":"m-1"}]}"#,
                ["m-1", "m-3"]
            ),
            (
                #"{"batchItemFailures":[{"itemIdentifier":"m-1"},{"itemIdentifier":"m-1"}]}"#,
                ["m-1"]
            ),
            (#"{"batchItemFailures":[{"itemIdentifier":"m-1","reason":"x"}],"n":1}"#, ["m-1"]),
        ] as [(String, Set<String>)])
    func `the reported messages have failed`(answer: String, failed: Set<String>) {
        #expect(read(answer) == .failed(failed))
    }

    @Test(arguments: [
        ("not JSON", "not a JSON object"), ("{", "not a JSON object"), ("[]", "not a JSON object"),
        ("\"ok\"", "not a JSON object"), ("true", "not a JSON object"),
        ("7", "not a JSON object"), ("\u{0}", "not a JSON object"),
        (#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, "no message of the batch"),
        (#"{"batchItemFailures":[{"itemIdentifier":"m-4"}]}"#, "'m-4'"),
        (
            #"{"batchItemFailures":[{"itemIdentifier":"m-1"},{"itemIdentifier":"m-4"}]}"#, "'m-4'"
        ),
        (#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, "not a list of objects"),
        (#"{"batchItemFailures":[{"itemIdentifier":1}]}"#, "not a list of objects"),
        (#"{"batchItemFailures":[{"itemidentifier":"m-1"}]}"#, "not a list of objects"),
        (#"{"batchItemFailures":[{"messageId":"m-1"}]}"#, "not a list of objects"),
        (#"{"batchItemFailures":[{}]}"#, "not a list of objects"),
        (#"{"batchItemFailures":["m-1"]}"#, "not a list of objects"),
        (#"{"batchItemFailures":"m-1"}"#, "not a list of objects"),
        (#"{"batchItemFailures":{"itemIdentifier":"m-1"}}"#, "not a list of objects"),
        (#"{"BatchItemFailures":[{"itemIdentifier":"m-1"}]}"#, "it has BatchItemFailures"),
        (
            #"{"batchItemFailures":[],"BatchItemFailures":[{"itemIdentifier":"m-1"}]}"#,
            "it has BatchItemFailures"
        ),
        (
            #"{"batchItemFailures":[],"batchItemFailures":[{"itemIdentifier":"m-1"}]}"#,
            "more than once"
        ),
        (
            #"{"batchItemFailures":[{"itemIdentifier":"m-1","itemIdentifier":"m-2"}]}"#,
            "not a list of objects"
        ),
    ])
    func `what cannot be used is a complete failure, with the reason`(
        answer: String, reason: String
    ) {
        guard case .invalid(let problem) = read(answer) else {
            Issue.record("\(answer) was taken for an answer")
            return
        }
        #expect(problem.contains(reason), "\(problem)")
    }

    @Test func `a long identifier is cut in the reason`() {
        let long = String(repeating: "x", count: 10_000)
        let answer = #"{"batchItemFailures":[{"itemIdentifier":"\#(long)"}]}"#
        guard case .invalid(let problem) = read(answer) else {
            Issue.record("an identifier of no message was taken")
            return
        }
        #expect(problem.utf8.count < 200)
    }
}

struct LambdaOutcomeTests {
    private static let ids = ["m-1", "m-2", "m-3"]
    private static let oneFailed = Array(
        #"{"batchItemFailures":[{"itemIdentifier":"m-2"}]}"#.utf8)

    private func outcomes(_ answer: FunctionAnswer, reports: Bool) -> [HandlerResult] {
        LambdaOutcome.findings(of: answer, ids: Self.ids, reportsFailures: reports).map(\.result)
    }

    @Test(
        arguments: [
            (.response(oneFailed), true, [.done, .retry(), .done]),
            (.response(oneFailed), false, [.done, .done, .done]),
            (.response(Array("no JSON".utf8)), true, [.retry(), .retry(), .retry()]),
            (.response(Array("no JSON".utf8)), false, [.done, .done, .done]),
            (.response([]), true, [.done, .done, .done]),
            (.tooLarge, true, [.retry(), .retry(), .retry()]),
            (.tooLarge, false, [.retry(), .retry(), .retry()]),
            (.error("E: m"), true, [.retry(), .retry(), .retry()]),
            (.error("E: m"), false, [.retry(), .retry(), .retry()]),
        ] as [(FunctionAnswer, Bool, [HandlerResult])])
    func `each message has its own outcome`(
        answer: FunctionAnswer, reports: Bool, expected: [HandlerResult]
    ) {
        #expect(outcomes(answer, reports: reports) == expected)
    }

    @Test(arguments: [
        (#"{"errorType":"ValueError","errorMessage":"bad"}"#, "ValueError: bad"),
        (#"{"errorType":"ValueError","stackTrace":["x"]}"#, "ValueError"),
        (#"{"errorMessage":"bad","errorType":""}"#, "bad"),
        ("{}", "an error without a description"), ("", "an error without a description"),
        ("<html>", "an error without a description"),
    ])
    func `an error is told by its type and message`(report: String, text: String) {
        #expect(FunctionError.text(of: Array(report.utf8)) == text)
    }

    @Test(arguments: [
        ("", "Runtime.MyError", "Runtime.MyError"),
        ("{}", "Runtime.MyError", "Runtime.MyError"),
        (#"{"errorMessage":"bad"}"#, "Runtime.MyError", "Runtime.MyError: bad"),
        (#"{"errorType":"ValueError","errorMessage":"bad"}"#, "Unhandled", "ValueError: bad"),
        ("", "", "an error without a description"),
    ])
    func `the type beside a report is told where the report has none`(
        report: String, type: String, text: String
    ) {
        #expect(FunctionError.text(of: Array(report.utf8), type: type) == text)
    }

    @Test func `a report in Base64 that cannot be read is left out`() {
        #expect(
            FunctionError.text(type: "E", base64: "eyJlcnJvck1lc3NhZ2UiOiJiYWQifQ==") == "E: bad")
        #expect(FunctionError.text(type: "E", base64: "no Base64!") == "E")
        #expect(FunctionError.text(type: nil, base64: "") == "an error without a description")
    }

    @Test func `a long error is cut`() {
        let report = #"{"errorMessage":"\#(String(repeating: "x", count: 1_000_000))"}"#
        #expect(FunctionError.text(of: Array(report.utf8)).count == FunctionError.textLimit)
    }
}
