package import AWS
import HandlerLibrary
import Settings

/// What concerns the daemon as a whole: the keys above the first table of `sqs-subscriber.toml`.
package struct DaemonSettings: KeyedSettings {
    /// Messages being handled at once, over all queues.
    package var slots = 64
    /// How long running handlers may go on after a stop was asked.
    package var graceTime: Duration = .seconds(60)
    /// Absolute; nil = as the service manager says.
    package var stateDirectory: String?
    /// Absolute; nil = in the runtime directory.
    package var controlSocket: String?
    /// Whether processes of the same user may read the daemon's memory, and the kernel dump it.
    package var allowsCoreDumps = false

    package init() {}

    static let controlSocketKey = SettingKey("control_socket")

    static let table = KeyTable<DaemonSettings>(keys: [
        Key(
            "slots", \.slots, .integer(1...KeyLimits.slots),
            "Messages being handled at once, over all queues. No more than this are received."),
        Key(
            "grace_time", \.graceTime, .duration(.zero...KeyLimits.lease),
            """
            How long running handlers may go on after a stop was asked. Those that still run then \
            are cancelled and their messages come back.
            """),
        Key(
            "state_directory", \.stateDirectory, .absolutePath,
            unset: "$STATE_DIRECTORY, which systemd sets; or nothing is kept",
            example: "/var/lib/sqs-subscriber",
            """
            Where it is kept which messages were handled and could not be deleted, so that they \
            are not handled again after a restart. Takes effect with a restart.
            """),
        Key(
            "control_socket", \.controlSocket, .absolutePath,
            unset: "in $RUNTIME_DIRECTORY, or $XDG_RUNTIME_DIR/sqs-subscriber",
            example: "/run/orders/control.sock",
            """
            The Unix socket at which sqs-subscriber status, reload and the like speak with the \
            daemon. Takes effect with a restart.
            """),
        Key(
            "core_dumps", \.allowsCoreDumps, .boolean,
            """
            Let the kernel write core dumps of the daemon, and processes of its user read its \
            memory, as debuggers do. The programs that it runs for messages are such processes, \
            and its memory holds AWS credentials. Takes effect with a restart.
            """),
    ])
}

/// How the daemon reaches AWS: the table `[aws]`.
///
/// What the variables of the AWS tools say is not in here, see ``AWSContext``; they are aliases
/// of the keys so that they win over the files of this program, and are shown.
extension AWSSettings: KeyedSettings {
    static let table = KeyTable<AWSSettings>(
        "aws", "How to reach AWS, or a server that is compatible with SQS.",
        keys: [
            Key(
                "region", \.region, .region,
                unset: "the region in the queue's URL or ARN, of the profile, of the instance",
                example: "eu-west-1", aliases: ["AWS_REGION", "AWS_DEFAULT_REGION"],
                "The region of the queues."),
            Key(
                "profile", \.profile, .text, unset: "the profile \"default\"",
                example: "production", aliases: ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"],
                "The profile of the shared AWS configuration and credentials files."),
            Key(
                "endpoint_url", \.endpointURL, .endpoint,
                unset: "the profile's, or the region's endpoint of Amazon SQS",
                example: "http://127.0.0.1:9324",
                aliases: ["AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL"],
                "Where to send requests; only for a server that is compatible with SQS."),
            Key(
                "allow_plaintext", \.allowPlaintext, .boolean,
                """
                Accept http:// for other hosts than this one. Messages then cross the network \
                readable for everyone on the way.
                """),
            Key(
                "use_dualstack", \.useDualStack, .boolean, unset: "the profile's, or false",
                example: true, aliases: [.awsFlag("AWS_USE_DUALSTACK_ENDPOINT")],
                "Use the endpoints that are reachable over IPv6 too."),
            Key(
                "use_fips", \.useFIPS, .boolean, unset: "the profile's, or false",
                example: true, aliases: [.awsFlag("AWS_USE_FIPS_ENDPOINT")],
                "Use the endpoints with FIPS 140 validated cryptography."),
        ])
}

extension VariableAlias {
    /// A variable that means yes by `true`, in any case, and no by all else.
    fileprivate static func awsFlag(_ name: String) -> VariableAlias {
        VariableAlias(name) { String(isTrue($0)) }
    }
}

package struct LogSettings: KeyedSettings {
    /// The levels in the order of severity, the least severe first. The words are swift-log's.
    package enum Level: String, Sendable, CaseIterable {
        case debug, info, notice, warning, error
    }

    package var level = Level.info
    /// Lines about single messages, per second. 0 = no limit.
    package var messagesPerSecond = 100

    package init() {}

    /// Far more lines than messages can be handled; who wants no limit writes 0.
    private static let mostLines = 1_000_000

    static let table = KeyTable<LogSettings>(
        "log", "What is logged.",
        keys: [
            Key(
                "level", \.level, .choice, "What is less severe than this is not logged."),
            Key(
                "messages_per_second", \.messagesPerSecond, .integer(0...mostLines),
                """
                Lines about single messages, for each handler and each kind: what it prints, what \
                it warns of, what is done, what failed. Above this only samples are logged, with a \
                summary every ten seconds. 0 = no limit.
                """),
        ])
}
