import AWS

/// Makes a handler of its settings, and checks what no single key can tell.
struct HandlerBuilder {
    private let name: String
    private let origin: Origin
    private(set) var table: SettingTable
    /// The names of the handlers that the program brings along.
    private let registered: Set<String>

    init(_ source: HandlerSource, registered: Set<String>) {
        self.registered = registered
        name = source.name
        origin = source.origin
        table = source.table
    }

    /// Nil where something is wrong; the errors are told then.
    mutating func build(problems: inout Problems) -> HandlerSettings? {
        checkRequired("queue", problems: &problems)
        let kind = buildKind(problems: &problems)
        let retry = buildRetry(problems: &problems)
        var tasks = TaskBuilder(handler: name, origin: origin, table: table)
        let schedule = tasks.build(problems: &problems)
        table = tasks.table
        table.fillDefaults(in: SettingKey([]))
        guard let queue = table.queue(SettingKey("queue")),
            let concurrency = table.integer(SettingKey("concurrency")),
            let fallback = table.boolean(SettingKey("fallback")),
            let lost = table.text(SettingKey("on_lease_lost")).flatMap(LeaseLostPolicy.init),
            let kind
        else { return nil }
        return HandlerSettings(
            name: name, queue: queue, concurrency: concurrency, onLeaseLost: lost, kind: kind,
            retry: retry, match: table.pattern(SettingKey("match")), isFallback: fallback,
            messagesPerSecond: table.number(SettingKey("limits.messages_per_second")),
            tasks: schedule)
    }

    private mutating func buildKind(problems: inout Problems) -> HandlerKind? {
        let present = Schema.kinds.filter { table.origin(ofTable: SettingKey($0)) != nil }
        let all = Schema.kinds.map { "[\($0)]" }.joined(separator: ", ")
        guard let kind = present.first else {
            problems.add(origin, "what runs for a message is missing; add one of the tables \(all)")
            return nil
        }
        for other in present.dropFirst() {
            let place = SettingKey(other)
            problems.add(
                table.origin(ofTable: place) ?? origin, key: place,
                "a handler is of one kind, and [\(kind)] is there already; allowed: one of \(all)")
        }
        guard present.count == 1 else { return nil }
        table.fillDefaults(in: SettingKey(kind))
        table.fillDefaults(in: SettingKey([]))
        switch kind {
        case "exec": return buildExec(problems: &problems)
        case "http":
            checkRequired("http.url", problems: &problems)
            return HTTPBuilder(table: table, origin: origin).build(problems: &problems)
        case "lambda": return buildLambda(problems: &problems)
        case "swift": return buildSwift(problems: &problems)
        default: return .journal
        }
    }

    private func buildExec(problems: inout Problems) -> HandlerKind? {
        checkRequired("exec.command", problems: &problems)
        let environment = environment(in: SettingKey("exec.environment"), problems: &problems)
        guard let command = table.texts(SettingKey("exec.command")),
            let input = table.text(SettingKey("exec.stdin")),
            let timeout = table.duration(SettingKey("exec.timeout")),
            let output = table.integer(SettingKey("exec.max_output")),
            let niceness = table.integer(SettingKey("exec.nice")),
            let rejected = table.integers(SettingKey("exec.reject_exit")),
            let credentials = table.boolean(SettingKey("exec.aws_credentials"))
        else { return nil }
        var settings = ExecSettings(command: command)
        settings.input = input
        settings.timeout = timeout
        settings.workingDirectory = table.text(SettingKey("exec.working_directory"))
        settings.environment = environment
        settings.maxOutput = output
        settings.niceness = niceness
        settings.memoryLimit = table.integer(SettingKey("exec.memory_max"))
        settings.rejectStatuses = rejected
        settings.getsCredentials = credentials
        return .exec(settings)
    }

    private func environment(
        in place: SettingKey, problems: inout Problems
    ) -> [String: String] {
        var environment: [String: String] = [:]
        for name in table.names(in: place) {
            let key = place.child(name)
            if name.isEmpty || name.contains("=") {
                problems.add(
                    table[key]?.origin ?? origin, key: key,
                    "the name of a variable is not empty and has no = in it")
            }
            environment[name] = table.text(key)
        }
        return environment
    }

    private func buildLambda(problems: inout Problems) -> HandlerKind? {
        checkRequired("lambda.command", problems: &problems)
        let environment = environment(in: SettingKey("lambda.environment"), problems: &problems)
        let size = SettingKey("lambda.batch_size")
        guard let command = table.texts(SettingKey("lambda.command")),
            let timeout = table.duration(SettingKey("lambda.timeout")),
            let batchSize = table.integer(size),
            let window = table.duration(SettingKey("lambda.batch_window")),
            let reports = table.boolean(SettingKey("lambda.report_batch_item_failures")),
            let credentials = table.boolean(SettingKey("lambda.aws_credentials"))
        else { return nil }
        if let queue = table.queue(SettingKey("queue")), queue.isFIFO, batchSize > Limits.fifoBatch
        {
            problems.add(
                table[size]?.origin ?? origin, key: size,
                "\(batchSize) is too much for the FIFO queue \"\(queue)\"; "
                    + "allowed: 1 to \(Limits.fifoBatch)")
        }
        return .lambda(
            LambdaSettings(
                command: command, functionName: table.text(SettingKey("lambda.function_name")),
                workingDirectory: table.text(SettingKey("lambda.working_directory")),
                environment: environment, timeout: timeout, batchSize: batchSize,
                batchWindow: window, reportsBatchItemFailures: reports,
                passesCredentials: credentials))
    }

    private func buildSwift(problems: inout Problems) -> HandlerKind? {
        let key = SettingKey("swift.handler")
        let handler = table.text(key) ?? name
        guard registered.contains(handler) else {
            let known = registered.sorted().map(TOMLText.string).joined(separator: ", ")
            problems.add(
                table[key]?.origin ?? table.origin(ofTable: key.parent) ?? origin, key: key,
                registered.isEmpty
                    ? "this program has no handler in Swift; build one with SQSSubscriber"
                    : "\(TOMLText.string(handler)) is not registered; allowed: \(known)")
            return nil
        }
        return .swift(
            SwiftHandlerSettings(
                handler: handler, timeout: table.duration(SettingKey("swift.timeout"))))
    }

    private mutating func buildRetry(problems: inout Problems) -> RetrySettings {
        let backoff = SettingKey("retry.backoff")
        let delays = SettingKey("retry.delays")
        let maximum = SettingKey("retry.maximum")
        switch table.text(backoff) {
        case "exponential":
            forbid([delays], with: "\"exponential\"", problems: &problems)
            table.fillDefaults(in: SettingKey("retry"))
            guard let first = table.duration(SettingKey("retry.initial")),
                let last = table.duration(maximum)
            else { return .visibilityTimeout }
            if last < first {
                problems.add(
                    table[maximum]?.origin ?? origin, key: maximum,
                    "\(TimeSpan.format(last)) is shorter than retry.initial, "
                        + TimeSpan.format(first))
            }
            return .exponential(initial: first, maximum: last)
        case "list":
            forbid([SettingKey("retry.initial"), maximum], with: "\"list\"", problems: &problems)
            checkRequired("retry.delays", problems: &problems)
            return .list(table.durations(delays) ?? [])
        default:
            if table.isMissing(backoff), !table.names(in: SettingKey("retry")).isEmpty {
                checkRequired("retry.backoff", problems: &problems)
            }
            return .visibilityTimeout
        }
    }

    private func forbid(_ keys: [SettingKey], with backoff: String, problems: inout Problems) {
        for key in keys {
            guard let setting = table[key] else { continue }
            problems.add(setting.origin, key: key, "not used with backoff = \(backoff); remove one")
        }
    }

    private func checkRequired(_ name: String, problems: inout Problems) {
        table.checkRequired(SettingKey(name), file: origin, problems: &problems)
    }
}
