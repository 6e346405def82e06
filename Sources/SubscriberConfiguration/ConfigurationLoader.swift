package import Settings

extension Configuration {
    /// Reads the configuration again; it is given the one in force.
    package typealias Reload =
        @Sendable (Configuration) throws(ConfigurationErrors) -> Configuration
}

/// Reads everything that configures a daemon, and makes one value of it, or tells all that is
/// wrong.
///
/// Reads files, and nothing else: no network, no environment but the one it was given. Never waits
/// for a file. Loading twice without a change in between gives equal values.
///
/// What wins, from the weakest: the schema's defaults, `sqs-subscriber.toml`, the files in
/// `sqs-subscriber.toml.d/` in the order of their names, the variables of the AWS tools,
/// `SQS_SUBSCRIBER_*`, flags. Handlers: `handlers.d/NAME.toml`, then
/// `handlers.d/NAME.toml.d/*.toml`.
package struct ConfigurationLoader: Sendable {
    /// Where an installed daemon looks, in order of precedence.
    package static let standardDirectories = [
        "/etc/sqs-subscriber", "/run/sqs-subscriber", "/usr/lib/sqs-subscriber",
    ]

    private let directories: [String]
    private let onlyDirectory: String?
    private let environment: [String: String]
    private let overrides: [ConfigurationOverride]
    private let queues: [String]
    private let registrations: [HandlerRegistration]
    /// Whether `SQS_QUEUE_NAME` counts where there is no handler.
    private var maySubscribeByVariable = true

    /// - Parameters:
    ///   - directories: in order of precedence; those that do not exist are passed over.
    ///   - environment: of the process, or what a test makes up.
    ///   - overrides: settings given by flags.
    ///   - queues: given by `--queue`; each gets a journal handler, and no handler file is read.
    ///   - registrations: the handlers that the program brings along.
    package init(
        directories: [String] = standardDirectories, environment: [String: String],
        overrides: [ConfigurationOverride] = [], queues: [String] = [],
        registrations: [HandlerRegistration] = []
    ) {
        self.directories = directories
        onlyDirectory = nil
        self.environment = environment
        self.overrides = overrides
        self.queues = queues
        self.registrations = registrations
    }

    /// `--config DIR`: that directory instead of the three. That it does not exist is an error.
    package init(
        onlyDirectory: String, environment: [String: String],
        overrides: [ConfigurationOverride] = [], queues: [String] = [],
        registrations: [HandlerRegistration] = []
    ) {
        directories = [onlyDirectory]
        self.onlyDirectory = onlyDirectory
        self.environment = environment
        self.overrides = overrides
        self.queues = queues
        self.registrations = registrations
    }

    /// Loads for a daemon that runs already, by `current`. Handlers of files never give way to the
    /// one that `SQS_QUEUE_NAME` implies: it would delete the messages that were meant for them.
    package func reload(
        after current: Configuration
    ) throws(ConfigurationErrors) -> Configuration {
        var loader = self
        loader.maySubscribeByVariable = current.isImpliedByVariable
        return try loader.load()
    }

    /// - Throws: all errors at once; nothing of a configuration with errors is to be used.
    package func load() throws(ConfigurationErrors) -> Configuration {
        var problems = Problems()
        checkDirectory(&problems)
        var files = FileLayers(directories: directories)
        var main = files.readFile(Self.mainFile, schema: .main, problems: &problems)
        EnvironmentReader(environment: heeded, overrides: overrides)
            .read(into: &main, problems: &problems)
        main.fillDefaults(in: SettingKey([]))
        main.fillDefaults(in: SettingKey("aws"))
        main.fillDefaults(in: SettingKey("log"))
        main.fillDefaults(in: SettingKey("metrics"))
        main.fillDefaults(in: SettingKey("web"))
        let sources = handlerSources(files: &files, problems: &problems)
        let builder = ConfigurationBuilder(
            main: main, files: files.read, masks: files.masks,
            registered: Set(registrations.map(\.name)))
        let configuration = builder.build(sources, problems: &problems)
        guard problems.errors.isEmpty else { throw ConfigurationErrors(problems) }
        return configuration
    }

    /// The control socket that the main file, what is laid over it or a variable names, whatever
    /// is wrong with the rest; nil where none of them names a valid one.
    package func controlSocket() -> String? {
        var problems = Problems()
        var files = FileLayers(directories: directories)
        var main = files.readFile(Self.mainFile, schema: .main, problems: &problems)
        EnvironmentReader(environment: environment, overrides: overrides)
            .read(into: &main, problems: &problems)
        return main.value(DaemonSettings.controlSocketKey, .absolutePath)
    }

    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` makes the AWS tools deaf to their variables for
    /// endpoints (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
    private var heeded: [String: String] {
        guard environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() == "true" else {
            return environment
        }
        return environment.filter { !$0.key.hasPrefix("AWS_ENDPOINT_URL") }
    }

    private func checkDirectory(_ problems: inout Problems) {
        guard let onlyDirectory else { return }
        do throws(FileReader.ReadError) {
            if try FileReader.names(in: onlyDirectory) == nil {
                problems.add(.file(onlyDirectory, line: nil), "there is no such directory")
            }
        } catch {
            problems.add(.file(onlyDirectory, line: nil), error.problem)
        }
    }

    private func handlerSources(
        files: inout FileLayers, problems: inout Problems
    ) -> [SettingFile] {
        let implied = ImpliedHandlers(registrations: registrations)
        if !queues.isEmpty {
            return implied.journal(queues.map { ($0, .flag("--queue")) }, problems: &problems)
        }
        let errors = problems.errors.count
        var sources = files.readFolder(
            Self.handlerFolder, schema: .handler, problem: Self.problem(withHandlerName:),
            problems: &problems)
        sources += implied.registered(besides: sources.map(\.name), problems: &problems)
        guard sources.isEmpty, problems.errors.count == errors else {
            if let name = environment[Self.queueVariable], !name.isEmpty, !sources.isEmpty {
                problems.warn(.environment(Self.queueVariable), Self.unusedQueue)
            }
            return sources
        }
        if let name = environment[Self.queueVariable], !name.isEmpty {
            guard maySubscribeByVariable else {
                problems.add(.environment(Self.queueVariable), Self.onlyAtStart)
                return []
            }
            let origin = Origin.environment(Self.queueVariable)
            return implied.journal([(name, origin)], problems: &problems)
        }
        let folder = "\(directories.first ?? "")/\(Self.handlerFolder)"
        problems.add(.file(folder, line: nil), Self.nothingToDo)
        return []
    }

    /// The name goes into logs, journal fields and commands.
    private static func problem(withHandlerName name: String) -> String? {
        let isWord = { (character: Character) in
            character.isASCII && (character.isLetter || character.isNumber)
        }
        let isName =
            name.utf8.count <= 64 && name.first.map(isWord) == true
            && name.allSatisfy { isWord($0) || "._-".contains($0) }
        return isName
            ? nil
            : "is not a handler name: letters, digits, . _ and -, at most 64, a letter or digit "
                + "first"
    }

    /// What the variables that set a key of the main file begin with.
    static let variablePrefix = "SQS_SUBSCRIBER_"

    /// Whether a variable that sets a key is one that the AWS tools read.
    static func isOfAWSTools(_ variable: String) -> Bool { !variable.hasPrefix(variablePrefix) }

    private static let mainFile = "sqs-subscriber.toml"
    static let handlerFolder = "handlers.d"

    /// What names a queue whose messages are to be logged and deleted, where no handler is.
    static let queueVariable = "SQS_QUEUE_NAME"
    private static let unusedQueue = """
        is not used, since there are handlers; name the queue with --queue to have its messages \
        logged and deleted instead
        """
    private static let onlyAtStart = """
        no handler is left, and the messages of this queue would be logged and deleted: that is \
        begun at a start only, so restart the service if it is meant
        """
    private static let nothingToDo = """
        no queue to subscribe to: put a handler file in this directory, as orders.toml with \
        queue = "orders" and a table [exec], [http], [lambda] or [journal], or name a queue with \
        --queue or SQS_QUEUE_NAME to have its messages logged and deleted
        """
}
