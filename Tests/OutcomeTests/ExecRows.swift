import FoundationEssentials
import HandlerLibrary
import MessageHandling
import SQS
import SubscriberEngine

/// Programs: how they end, and what keeps them from starting.
enum ExecRows {
    static let all = endings + rejections + starts + scripts + limits + arguments

    private static func shell(
        _ script: String, _ change: (inout ExecSettings) -> Void = { _ in }
    ) -> ExecHandler {
        exec(["/bin/sh", "-c", script], change)
    }

    private static func exec(
        _ command: [String], credentials: HandlerCredentials? = nil,
        _ change: (inout ExecSettings) -> Void = { _ in }
    ) -> ExecHandler {
        var settings = ExecSettings()
        settings.command = command
        settings.timeout = .seconds(60)
        settings.killGrace = .seconds(1)
        settings.inheritedEnvironment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        change(&settings)
        return ExecHandler(settings, credentials: credentials)
    }

    private static func row(
        _ happening: String, _ handler: ExecHandler, _ result: RunResult, _ fate: [Fate],
        _ change: (inout Row) -> Void = { _ in }
    ) -> Row {
        var row = Row(
            kind: "exec", happening: happening, handler: handler, result: result, fate: fate)
        change(&row)
        return row
    }

    private static let endings = [
        row("exit status 0", shell("exit 0"), .done, [.deleted]),
        row("exit status 0, body not read", shell("exec 0<&-"), .done, [.deleted]),
        row("exit status 0, output closed", shell("exec 1>&- 2>&-"), .done, [.deleted]),
        row(
            "exit status 0, a process left with the output", shell("sleep 100 & exit 0"), .done,
            [.deleted]),
        row(
            "exit status 0, a process left in the background",
            shell("sleep 1 > /dev/null 2>&1 & exit 0"), .done, [.deleted]),
        row(
            "exit status 0 after more output than is logged",
            shell("head -c 2000000 /dev/zero") { $0.maxOutput = 1_000 }, .done, [.deleted]),
        row("exit status 1", shell("exit 1"), .retry(), []),
        row("exit status 75 (EX_TEMPFAIL)", shell("exit 75"), .retry(), []),
        row("exit status 255", shell("exit 255"), .retry(), []),
        row("killed by a signal", shell("kill -9 $$"), .retry(), []),
        row("crashed", shell("kill -SEGV $$"), .retry(), []),
        row(
            "exit status 1, with delays in [retry]", shell("exit 1"), .retry(),
            [.visible(after: .zero)]
        ) {
            $0.retry = .delays([.zero])
        },
        row("stopped while running", shell("sleep 1000"), .cancelled, [.visible(after: .zero)]) {
            $0.isStopped = true
        },
        row(
            "stopped while running, and ignores SIGTERM",
            shell("trap '' TERM; while :; do sleep 1; done"), .cancelled,
            [.visible(after: .zero)]
        ) { $0.isStopped = true },
    ]

    private static let rejections = [
        row("exit status 65, no dead-letter queue", shell("exit 65"), .reject, []),
        row("exit status 65", shell("exit 65"), .reject, [.deadLettered, .deleted]) {
            $0.hasDeadLetterQueue = true
        },
        row(
            "a status of reject_exit", shell("exit 2") { $0.rejectStatuses = [2] }, .reject,
            [.deadLettered, .deleted]
        ) { $0.hasDeadLetterQueue = true },
        row(
            "exit status 65, not in reject_exit", shell("exit 65") { $0.rejectStatuses = [2] },
            .retry(), []
        ) { $0.hasDeadLetterQueue = true },
    ]

    private static let starts = [
        row(
            "the program is missing", exec(["/nonexistent"]), .unavailable,
            [.visible(after: .zero)]),
        row(
            "the program is not in PATH", exec(["no-such-program"]), .unavailable,
            [.visible(after: .zero)]),
        row(
            "the program may not be executed", exec(["/etc/passwd"]), .unavailable,
            [.visible(after: .zero)]),
        row(
            "the working directory is missing",
            exec(["/bin/true"]) { $0.workingDirectory = "/nonexistent" }, .unavailable,
            [.visible(after: .zero)]),
        row(
            "there are no credentials for aws_credentials",
            exec(["/bin/true"], credentials: HandlerCredentials { throw NoCredentials() }),
            .unavailable, [.visible(after: .zero)]),
    ]

    /// Files that may be executed, and whose first line says what cannot be.
    private static let scripts =
        [
            ("its interpreter is missing", "#!/no/such/interpreter\n"),
            ("it has Windows line ends", "#!/bin/sh\r\n"),
            ("it has a byte order mark", "\u{FEFF}#!/bin/sh\n"),
            ("it has no first line", "echo hello\n"), ("it is empty", ""),
            ("env does not find its interpreter", "#!/usr/bin/env no-such-interpreter\n"),
        ].map { name, content in
            Row(
                kind: "exec", happening: name, handler: Script(content: content),
                result: .unavailable, fate: [.visible(after: .zero)])
        } + [
            Row(
                kind: "exec", happening: "its shell does not find a command",
                handler: Script(content: "#!/bin/sh\nno-such-command\n"), result: .retry(), fate: []
            )
        ]

    /// A program whose file is there for as long as it takes.
    private struct Script: Handler {
        let content: String

        func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
            let path = FileManager.default.temporaryDirectory.path + "/script-" + UUID().uuidString
            // Written by another process: one that this one is starting just now would have it
            // open for writing.
            let write = exec(["/bin/sh", "-c", "printf %s \"$C\" > \"$F\"; chmod 755 \"$F\""]) {
                $0.environment = ["C": content, "F": path]
            }
            _ = try await write.handle(message, context: context)
            defer { try? FileManager.default.removeItem(atPath: path) }
            return try await exec([path]).handle(message, context: context)
        }
    }

    private struct NoCredentials: Error {}

    private static let limits = [
        row(
            "past its timeout", shell("sleep 1000") { $0.timeout = .milliseconds(50) }, .retry(),
            []),
        row(
            "past its timeout, and leaves with status 0",
            shell("trap 'exit 0' TERM; while :; do sleep 0.1; done") {
                $0.timeout = .milliseconds(300)
            }, .retry(), []),
        row(
            "past its timeout, and ignores SIGTERM",
            shell("trap '' TERM; while :; do sleep 0.1; done") {
                $0.timeout = .milliseconds(300)
                $0.killGrace = .milliseconds(50)
            }, .retry(), []),
        row(
            "more memory than memory_max",
            shell("head -c 200000000 /dev/zero | tail -c 200000000 | grep -q .") {
                $0.limits.memory = 64 << 20
            }, .retry(), []),
    ]

    private static func withAttribute(_ value: String) -> Message {
        QueueSpy.message(
            "hello", attributes: ["v": MessageAttribute(dataType: "String", value: .text(value))])
    }

    private static let arguments = [
        row(
            "an attribute as an argument", exec(["test", "{attribute.v}", "=", "a b"]), .done,
            [.deleted]
        ) {
            $0.message = withAttribute("a b")
        },
        row(
            "the body as a file", exec(["grep", "-q", "^hello$", "{body_file}"]), .done,
            [.deleted]),
        row(
            "a NUL in an argument", exec(["true", "{attribute.v}"]), .reject,
            [.deadLettered, .deleted]
        ) {
            $0.message = withAttribute("a\0b")
            $0.hasDeadLetterQueue = true
        },
        row(
            "a NUL in an attribute that is a variable", shell("test -z \"$SQS_ATTR_v\""), .done,
            [.deleted]
        ) {
            $0.message = withAttribute("a\0b")
        },
        row(
            "an argument that is too long", exec(["true", "{attribute.v}"]), .reject, []
        ) {
            $0.message = withAttribute(String(repeating: "x", count: 200_000))
        },
    ]
}
