import HandlerLibrary
import SubscriberConfiguration

let plainExec: ExecSettings = {
    var settings = ExecSettings()
    settings.command = ["/bin/cat", "-n"]
    return settings
}()

/// Every key of `[exec]`, none at its default.
let everyExecSetting: ExecSettings = {
    var settings = ExecSettings()
    settings.command = ["x", "--id={message_id}", "{print $1}"]
    settings.input = .json
    settings.timeout = .seconds(45)
    settings.workingDirectory = "/tmp"
    settings.environment = ["LANG": "C"]
    settings.maxOutput = 4096
    settings.limits.niceness = 5
    settings.limits.memory = 1 << 30
    settings.rejectStatuses = [65, 2]
    settings.getsCredentials = true
    return settings
}()

let plainHTTP: HTTPSettings = {
    var settings = HTTPSettings()
    settings.url = "https://host/x?y=z"
    return settings
}()

/// Every key of `[http]` that names no file, none at its default.
let everyHTTPSetting: HTTPSettings = {
    var settings = HTTPSettings()
    settings.url = "unix:/run/a b.sock:/tasks?x=y"
    settings.timeout = .seconds(2)
    settings.connectTimeout = .milliseconds(100)
    settings.inactivityTimeout = .seconds(1)
    settings.connections = 12
    settings.contentType = "text/plain"
    settings.userAgent = "aws-sqsd/2.0"
    settings.statuses.success = .only200
    settings.statuses.rejected = [400, 422]
    settings.statuses.errorDelay = .seconds(2)
    settings.postsToTaskPath = true
    return settings
}()

let plainLambda: LambdaSettings = {
    var settings = LambdaSettings()
    settings.command = ["python3", "-m", "awslambdaric", "app.handler"]
    return settings
}()

/// Every key of `[lambda]`, none at its default.
let everyLambdaSetting: LambdaSettings = {
    var settings = LambdaSettings()
    settings.command = ["x"]
    settings.functionName = "bills"
    settings.workingDirectory = "/srv"
    settings.environment = ["STAGE": "test"]
    settings.timeout = .seconds(900)
    settings.batchSize = 10_000
    settings.batchWindow = .seconds(60)
    settings.reportsBatchItemFailures = true
    settings.passesCredentials = true
    return settings
}()
