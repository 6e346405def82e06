import Calendar
import Daemon
import Settings
import SubscriberConfiguration

/// The page of operations: the service, and what it shows and takes.
enum OperationsPage {
    static func page(_ date: CivilTime) -> ManualPage {
        var page = ManualPage(
            "sqs-subscriber", 8, "how to operate the daemon that handles messages of Amazon SQS",
            date)
        page.section("SYNOPSIS")
        page.list([
            (.path("sqs-subscriber.service"), []), (.path("sqs-subscriber@NAME.service"), []),
        ])
        page.section("DESCRIPTION")
        for text in service { page.paragraph(text) }
        page.section("SEVERAL DAEMONS")
        for text in severalDaemons { page.paragraph(text) }
        page.section("SIGNALS")
        page.list(signals.map { (.word($0), [$1]) })
        page.section("JOURNAL")
        page.paragraph(
            """
            Besides those of systemd.journal-fields(7), entries have the fields that follow, each \
            where it applies. "journalctl SQS_MESSAGE_ID=ID" shows the whole story of a message. \
            MESSAGE_ID is the kind of event: "journalctl -x" explains it, and "journalctl \
            --list-catalog" lists all kinds.
            """)
        page.list(JournalFields.all.map { (.word($0), [$1]) })
        ControlSections.add(to: &page)
        page.section("ENVIRONMENT")
        page.paragraph("Variables that set a key of sqs-subscriber.toml(5):")
        page.list(keyVariables)
        page.paragraph("Variables that are read besides:")
        page.list(otherVariables.map { (.variable($0), [$1]) })
        page.section("FILES")
        page.list(files.map { (.path($0), [$1]) })
        page.section("EXIT STATUS")
        page.paragraph(
            "Of the daemon; systemd shows it, and starts it again unless said otherwise:")
        page.list(CommandPages.exitStatuses)
        page.seeAlso([
            ("sqs-subscriber", 1), ("sqs-subscriber.toml", 5), ("sqs-subscriber-handler", 5),
            ("journalctl", 1), ("systemctl", 1), ("systemd.exec", 5),
        ])
        return page
    }

    private static let service = [
        """
        sqs-subscriber.service runs "sqs-subscriber run". Nothing is enabled or started when it is \
        installed: put a handler into /etc/sqs-subscriber/handlers.d, see what "sqs-subscriber \
        check" says, then "systemctl enable --now sqs-subscriber".
        """,
        """
        A start returns when every queue has answered, or after 30 s with a status that says what \
        is being tried again. It fails where waiting would not help. "systemctl status" has a line \
        with the queues, the slots and what is in the way.
        """,
        """
        A stop receives nothing more, gives back what has not begun, and lets what runs finish \
        within grace_time. A reload interrupts nothing; an invalid configuration leaves the old \
        one in force. The watchdog of systemd ends and restarts a daemon that hangs.
        """,
        """
        The service runs as a user that exists only while it runs, in a sandbox that handlers are \
        in as well. "systemctl edit sqs-subscriber" changes that for good: the unit's comments say \
        which line does what.
        """,
    ]

    private static let severalDaemons = [
        """
        sqs-subscriber@NAME.service is a daemon of its own, for a second account, region or team: \
        with its configuration in /etc/sqs-subscriber@NAME, its own state and user \
        (sqs-subscriber-NAME), and sqs-subscriber@NAME as its identifier in the journal. NAME has \
        up to 16 letters, digits, - and _, for it is part of the name of a user.
        """,
        """
        "sqs-subscriber check --config /etc/sqs-subscriber@NAME" checks its configuration, and the \
        other commands take --config likewise: status, pause, reload and their like speak with \
        that daemon then, as they do with --instance NAME. "journalctl -u sqs-subscriber@NAME" \
        shows its log.
        """,
    ]

    private static let signals = [
        ("SIGTERM, SIGINT", "Stop. A second one cancels what still runs, and gives it back."),
        ("SIGHUP", "Read the handlers and [log] again; the journal says how it went."),
        ("SIGUSR1", "Log what the daemon is doing, queue by queue."),
    ]

    private static var keyVariables: [ManualPage.Item] {
        let schema = Schema.main
        return schema.keys.flatMap { key in
            schema.variables(of: key).map { (.variable($0), ["\(key.place)"]) }
        }
    }

    private static let otherVariables = [
        (
            "SQS_QUEUE_NAME",
            "The queue of publish, and of run where there is neither a handler nor --queue."
        ),
        (
            "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN",
            """
            Credentials, before all others unless a profile is named in a flag or file of ours; \
            also AWS_SECURITY_TOKEN, and AWS_CREDENTIAL_EXPIRATION.
            """
        ),
        (
            "AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME",
            "A role that is assumed with a token, as in a cluster of Kubernetes."
        ),
        (
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI",
            """
            Where a container gets credentials; with AWS_CONTAINER_AUTHORIZATION_TOKEN or \
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.
            """
        ),
        ("AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE", "The files of the AWS tools."),
        ("AWS_EC2_METADATA_DISABLED", "With true, the instance is not asked for anything."),
        (
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "With true, endpoints of variables and profiles do not count."
        ),
        ("AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_STS", "The endpoints of those services."),
        ("AWS_CA_BUNDLE", "The authorities that AWS is trusted by, in PEM."),
        (
            "HTTP_PROXY, HTTPS_PROXY, NO_PROXY",
            "The proxies, as for curl(1); in small letters they win."
        ),
        ("NO_COLOR", "When it is not empty, the log on a terminal has no colour."),
        (
            "NOTIFY_SOCKET, WATCHDOG_USEC, JOURNAL_STREAM, STATE_DIRECTORY",
            "What systemd sets, systemd.exec(5) and sd_notify(3)."
        ),
    ]

    private static let files = [
        ("/etc/sqs-subscriber/sqs-subscriber.toml", "The settings, sqs-subscriber.toml(5)."),
        ("/etc/sqs-subscriber/handlers.d", "The handlers, sqs-subscriber-handler(5)."),
        (
            "/var/lib/sqs-subscriber",
            """
            The state directory: which messages were handled and could not be deleted, and when \
            periodic tasks were last run. Handlers can write to it.
            """
        ),
        ("/run/sqs-subscriber/control.sock", "The control socket, see above."),
        ("/usr/share/doc/sqs-subscriber/examples", "An example of each kind of handler."),
        (
            "/usr/share/doc/sqs-subscriber/monitoring",
            "Rules for the alerts of Prometheus, and a board for Grafana."
        ),
    ]
}
