import AWS
import HandlerLibrary
import Logging
import MessageHandling

/// Functions: what they answer, how they fail, and what keeps them from starting.
enum LambdaRows {
    static let all = answers + reports + ends + starts

    /// A runtime of the test's own, in Python's standard library: `next` gives an invocation's id
    /// and event, `answer` and `fail` end it.
    private static let runtime = """
        import http.client, os, sys, time
        def call(method, path, body=None):
            connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
            connection.request(method, "/2018-06-01/runtime" + path, body)
            answer = connection.getresponse()
            return answer.headers, answer.read().decode()
        def next():
            headers, event = call("GET", "/invocation/next")
            return headers["Lambda-Runtime-Aws-Request-Id"], event
        def answer(id, text): call("POST", f"/invocation/{id}/response", text)
        def fail(id, text): call("POST", f"/invocation/{id}/error", text)

        """

    /// A function whose processes end with the row.
    private struct OneRun: Handler {
        let settings: LambdaSettings

        func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
            let function = LambdaHandler(
                settings,
                LambdaDependencies(
                    logger: context.logger,
                    credentials: { () async throws(CredentialError) in
                        Credentials(accessKeyID: "id", secretAccessKey: "secret")
                    },
                    digests: { _ in ContentDigests(body: "md5", attributes: nil) },
                    defaultRegion: "eu-west-1"))
            let result: Result<HandlerResult, any Error>
            do {
                result = .success(try await function.handle(message, context: context))
            } catch {
                result = .failure(error)
            }
            await function.shutDown()
            return try result.get()
        }
    }

    private static func row(
        _ happening: String, _ script: String, _ result: RunResult, _ fate: [Fate],
        reports: Bool = false, timeout: Duration = .seconds(60), isStopped: Bool = false
    ) -> Row {
        row(
            happening, command: ["python3", "-c", runtime + script], result, fate,
            reports: reports, timeout: timeout, isStopped: isStopped)
    }

    private static func row(
        _ happening: String, command: [String], _ result: RunResult, _ fate: [Fate],
        reports: Bool = false, timeout: Duration = .seconds(60), isStopped: Bool = false
    ) -> Row {
        var settings = LambdaSettings()
        settings.functionName = "f"
        settings.command = command
        settings.timeout = timeout
        settings.batchSize = 1
        settings.reportsBatchItemFailures = reports
        settings.inheritedEnvironment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        var row = Row(
            kind: "lambda", happening: happening, handler: OneRun(settings: settings),
            result: result, fate: fate)
        row.isStopped = isStopped
        return row
    }

    private static let answers = [
        row("answers null", "id, _ = next(); answer(id, 'null'); next()", .done, [.deleted]),
        row("answers no JSON", "id, _ = next(); answer(id, 'fine'); next()", .done, [.deleted]),
        row("answers an error", "id, _ = next(); fail(id, '{}'); next()", .retry(), []),
        row(
            "names the message, and reports are not asked for",
            #"id, _ = next(); answer(id, '{"batchItemFailures":[{"itemIdentifier":"m-1"}]}')"#
                + "; next()", .done, [.deleted]),
    ]

    /// With `report_batch_item_failures`, as Lambda's documentation lists what counts as what.
    private static let reports = [
        ("names the message", #"{"batchItemFailures":[{"itemIdentifier":"m-1"}]}"#, false),
        ("names nothing", #"{"batchItemFailures":[]}"#, true),
        ("says null", "null", true),
        ("has no batchItemFailures", "{}", true),
        ("names another message", #"{"batchItemFailures":[{"itemIdentifier":"m-9"}]}"#, false),
        ("names an empty id", #"{"batchItemFailures":[{"itemIdentifier":""}]}"#, false),
        ("names null", #"{"batchItemFailures":[{"itemIdentifier":null}]}"#, false),
        ("has another key", #"{"batchItemFailures":[{"id":"m-1"}]}"#, false),
        ("is no JSON", "{", false),
    ].map { name, text, isDone in
        row(
            "a report that \(name)", "id, _ = next(); answer(id, '''\(text)'''); next()",
            isDone ? .done : .retry(), isDone ? [.deleted] : [], reports: true)
    }

    private static let ends = [
        row("the process exits", "next(); sys.exit(0)", .retry(), []),
        row("the process crashes", "next(); os.kill(os.getpid(), 11)", .retry(), []),
        row("it takes too long", "next(); time.sleep(1000)", .retry(), [], timeout: .seconds(1)),
        row(
            "stopped while it runs", "next(); time.sleep(1000)", .cancelled,
            [.visible(after: .zero)], isStopped: true),
    ]

    private static let starts = [
        row(
            "the program is missing", command: ["/nonexistent/python"], .unavailable,
            [.visible(after: .zero)]),
        row(
            "the function reports that it cannot start", "call('POST', '/init/error', '{}')",
            .unavailable, [.visible(after: .zero)]),
        row(
            "its module does not import", command: ["python3", "-c", "import no_such_module"],
            .unavailable, [.visible(after: .zero)]),
        row(
            "the program ends before it asks for an event", command: ["/bin/false"], .unavailable,
            [.visible(after: .zero)]),
    ]
}
