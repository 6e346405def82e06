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
            "Take control_socket from DIR/sqs-subscriber.toml.", valueName: "dir"))
    var directory: String?

    /// - Throws: where no daemon runs, or this user may not speak with it.
    func client() throws(CommandFailure) -> ControlClient {
        let environment = ProcessEnvironment.current
        let candidates = ControlSocket.candidates(
            configured: controlSocket ?? configured(environment), instance: instance,
            environment: environment)
        return try ControlClient(candidates)
    }

    /// What is wrong with a configuration is for the daemon to say.
    private func configured(_ environment: [String: String]) -> String? {
        let loader = ServiceFlags.loader(
            directory: directory, overrides: [], queues: [], environment: environment)
        return loader.controlSocket()
    }
}
