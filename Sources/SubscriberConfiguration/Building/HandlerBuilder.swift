import Schedules

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
        let tasks = buildTasks(problems: &problems)
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
            messagesPerSecond: table.integer(SettingKey("limits.messages_per_second")),
            tasks: tasks)
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

    private mutating func buildTasks(problems: inout Problems) -> [ScheduledTask] {
        let names = table.names(in: SettingKey("schedule"))
        for name in names {
            let place = SettingKey("schedule").child(name)
            if !Self.isTaskName(name) {
                problems.add(
                    table.origin(ofTable: place) ?? origin, key: place,
                    "the name of a task is at most \(Limits.taskName) letters, digits, _ and -")
            }
            checkRequired(place.child("cron"), problems: &problems)
            table.fillDefaults(in: place)
        }
        return names.compactMap { task($0) }
    }

    private func task(_ name: String) -> ScheduledTask? {
        let place = SettingKey("schedule").child(name)
        guard let crontab = table.text(place.child("cron")).flatMap({ try? Crontab($0) }),
            let zone = table.text(place.child("time_zone")).flatMap({
                try? TimeZoneRules(named: $0)
            }),
            let missed = table.text(place.child("missed")).flatMap(Schedule.CatchUp.init),
            let body = table.text(place.child("body"))
        else { return nil }
        return ScheduledTask(
            name: name, schedule: Schedule(crontab, in: zone, catchUp: missed), body: body,
            path: table.text(place.child("path")))
    }

    /// It is part of a deduplication id, and the last part of a file's name, after a dot.
    private static func isTaskName(_ name: String) -> Bool {
        (1...Limits.taskName).contains(name.count)
            && name.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0))
            }
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
        checkRequired(SettingKey(name), problems: &problems)
    }

    private func checkRequired(_ key: SettingKey, problems: inout Problems) {
        guard table.isMissing(key), case .key(let known) = table.schema.entry(at: key) else {
            return
        }
        // The line of the table is where the key would be written.
        let place = table.origin(ofTable: key.parent) ?? origin
        problems.add(place, key: key, "is missing; it has to be \(known.type.allowed)")
    }
}
