import AWS
import HandlerLibrary
import MessageHandling
import TestKit

/// A runtime of the test's own: the calls of the Runtime API, and nothing that makes sense of them.
private let runtime = """
    import http.client, os, sys
    def call(method, path, body=None):
        connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        connection.request(method, "/2018-06-01/runtime" + path, body)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    def next():
        status, headers, event = call("GET", "/invocation/next")
        return headers["Lambda-Runtime-Aws-Request-Id"], event
    def say(text):
        print(text, flush=True)

    """

/// Settings of a function that is a Python script, with `call`, `next` and `say` defined.
func lambda(
    _ script: String, concurrency: Int = 1, batchSize: Int = 1, timeout: Duration = .seconds(60),
    reports: Bool = false
) -> LambdaSettings {
    var settings = LambdaSettings(
        command: ["python3", "-c", runtime + script],
        daemonEnvironment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
    settings.timeout = timeout
    settings.concurrency = concurrency
    settings.batchSize = batchSize
    settings.reportsBatchItemFailures = reports
    return settings
}

extension LambdaSettings {
    /// The settings of a function `f`.
    init(command: [String], daemonEnvironment: [String: String] = [:]) {
        self.init()
        functionName = "f"
        self.command = command
        inheritedEnvironment = InheritedEnvironment.passedDown(of: daemonEnvironment)
    }
}

/// Runs `body` with a handler of these settings, of which nothing is left afterwards.
func withLambda<R: Sendable>(
    _ settings: LambdaSettings, log: LogRecorder = LogRecorder(),
    _ body: (LambdaHandler) async throws -> R
) async throws -> R {
    let handler = LambdaHandler(
        settings,
        LambdaDependencies(
            logger: log.context().logger,
            credentials: { () async throws(CredentialError) in
                Credentials(accessKeyID: "id", secretAccessKey: "secret")
            },
            digests: { _ in ContentDigests(body: "md5", attributes: nil) },
            defaultRegion: "eu-west-1"))
    let result: Result<R, any Error>
    do {
        result = .success(try await body(handler))
    } catch {
        result = .failure(error)
    }
    await handler.shutDown()
    return try result.get()
}
