import ArgumentParser
import Control
import Daemon
import SubscriberConfiguration

/// Which running daemon a command speaks with.
struct ControlOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The daemon's control socket. Otherwise that of the configuration, of a daemon that \
            this user runs, or of the service.
            """, valueName: "path"))
    var controlSocket: String?

    @Option(
        help: ArgumentHelp(
            "The daemon of sqs-subscriber@NAME.service.", valueName: "name"))
    var instance: String?

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            """
            The daemon with its configuration in DIR, such as /etc/sqs-subscriber@NAME, or with \
            the control_socket of DIR/sqs-subscriber.toml.
            """, valueName: "dir"))
    var directory: String?

    func validate() throws {
        if instance != nil, directory != nil {
            throw ValidationError("Say --instance or --config, not both.")
        }
    }

    /// - Throws: where it is not told which one is meant.
    func client() throws(CommandFailure) -> ControlClient {
        // Variables are those of another daemon, or of none.
        let environment = instance == nil ? ProcessEnvironment.current : [:]
        let directory = instance.map(ControlSocket.directory) ?? directory
        let candidates = ControlSocket.candidates(
            configured: controlSocket ?? Self.configured(in: directory, environment),
            directory: directory, environment: environment)
        guard !candidates.isEmpty else {
            throw CommandFailure(
                .unavailable,
                """
                it is not known which daemon is meant: \(directory ?? "")/sqs-subscriber.toml sets \
                no control_socket, and no service has its configuration there. Say \
                --control-socket PATH, or leave out --config
                """)
        }
        let isTold = controlSocket != nil || directory != nil
        return ControlClient(candidates, instances: isTold ? [] : ControlSocket.instances())
    }

    /// What is wrong with a configuration is for the daemon to say.
    private static func configured(
        in directory: String?, _ environment: [String: String]
    ) -> String? {
        let loader = ServiceFlags.loader(
            directory: directory, overrides: [], queues: [], environment: environment)
        return loader.controlSocket()
    }
}
