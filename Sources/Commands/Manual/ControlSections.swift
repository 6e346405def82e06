import Control

/// What the page of operations says of the control socket and of the metrics.
enum ControlSections {
    static func add(to page: inout ManualPage) {
        page.section("CONTROL SOCKET")
        for text in socket { page.paragraph(text) }
        page.list(calls.map { (.word($0), [$1]) })
        page.section("STATUS")
        page.paragraph(
            """
            The members of GET /status and of "status --json". One that is not known at the time \
            is absent.
            """)
        page.list(StatusMembers.all.map { (.word($0), [$1]) })
        page.section("METRICS")
        page.paragraph(
            """
            In the text format of Prometheus. Those of a queue have the label queue, those of a \
            handler also handler; runs have outcome, requests operation and result. None has a \
            message id or a body. Where [metrics] listen is an address, requests for another host \
            than loopback are answered with 421, for they may be a web page's, unless allow_remote \
            = true.
            """)
        page.list(
            DaemonMetrics.families.map { (.word($0.name), ["\($0.help) (\($0.kind.rawValue))."]) })
    }

    private static let socket = [
        """
        The daemon answers HTTP/1.1 with JSON at /run/sqs-subscriber/control.sock, to root and the \
        group of the unit: status, top, pause, resume, reload and log-level ask there, and so may \
        a script, with curl(1) and --unix-socket. The names in an answer stay what they are; more \
        may come.
        """
    ]

    private static let calls = [
        ("GET /status", "What \"sqs-subscriber status --json\" prints, see below."),
        ("GET /events", "The same, once a second, as server-sent events."),
        ("GET /metrics", "See below; also where [metrics] listen says."),
        ("GET /healthz", "200 while the daemon makes progress, as its watchdog has it; else 503."),
        (
            "POST /reload",
            "Returns when the configuration is in force; 422 with the errors when it was refused."
        ),
        (
            "POST /pause?queue=NAME, POST /pause?all=true",
            "Receive nothing more; with persist=true over a restart, too."
        ),
        ("POST /resume?queue=NAME, POST /resume?all=true", "Receive again."),
        ("GET /log-level, POST /log-level?level=LEVEL", "What is logged from now on."),
    ]
}
