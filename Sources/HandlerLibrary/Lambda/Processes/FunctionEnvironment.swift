package import AWS
internal import Calendar
private import FoundationEssentials

/// The environment of a function's process.
///
/// Source: AWS Lambda Developer Guide, "Working with Lambda environment variables", defined runtime
/// environment variables.
package struct FunctionEnvironment {
    /// Nothing here limits a process's memory, the unit does; this is the largest that Lambda has,
    /// for functions that size themselves by it.
    static let memorySize = "10240"
    /// Where Lambda's clock is, whatever the machine's.
    static let timeZone = ":UTC"

    private let settings: LambdaSettings
    private let source: EventSource

    package init(_ settings: LambdaSettings, source: EventSource) {
        self.settings = settings
        self.source = source
    }

    /// `environment` of the settings goes over what Lambda sets and what is inherited; only the
    /// address of the API and the daemon's credentials go over that.
    ///
    /// - Parameters:
    ///   - api: `HOST:PORT` of the process's Runtime API.
    ///   - logStream: names the process, see ``logStream(at:id:)``.
    ///   - credentials: the daemon's, where the settings pass them on.
    package func variables(
        api: String, logStream: String, credentials: Credentials?
    ) -> [String: String] {
        var variables = settings.inheritedEnvironment
        variables.merge(own(logStream: logStream)) { $1 }
        variables.merge(settings.environment) { $1 }
        variables["AWS_LAMBDA_RUNTIME_API"] = api
        if let credentials {
            variables["AWS_ACCESS_KEY_ID"] = credentials.accessKeyID
            variables["AWS_SECRET_ACCESS_KEY"] = credentials.secretAccessKey
            variables["AWS_SESSION_TOKEN"] = credentials.sessionToken
        }
        return variables
    }

    /// `2026/01/31/[$LATEST]…`, as Lambda names the log stream of an execution environment.
    package static func logStream(at milliseconds: Int64, id: String) -> String {
        let day = CivilTime(milliseconds: milliseconds).iso8601.prefix(10)
        let path = day.split(separator: "-").joined(separator: "/")
        return "\(path)/[$LATEST]\(id)"
    }

    private func own(logStream: String) -> [String: String] {
        let name = settings.name
        var variables = [
            "AWS_DEFAULT_REGION": source.region,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": Self.memorySize,
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/\(name)",
            "AWS_LAMBDA_LOG_STREAM_NAME": logStream,
            "AWS_REGION": source.region,
            "TZ": Self.timeZone,
        ]
        variables["LAMBDA_TASK_ROOT"] =
            settings.workingDirectory ?? FileManager.default.currentDirectoryPath
        // The convention of the runtime interface clients: the handler is their last argument.
        variables["_HANDLER"] = settings.command.last
        return variables
    }
}
