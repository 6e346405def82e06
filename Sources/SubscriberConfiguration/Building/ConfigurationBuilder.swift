import AWS
import Settings

/// Makes one configuration of the settings of the main file and of the handlers.
struct ConfigurationBuilder {
    let main: SettingTable
    let files: [String]
    let masks: [String]
    let registered: Set<String>

    /// What is wrong is told; the configuration is not to be used then.
    func build(_ sources: [SettingFile], problems: inout Problems) -> Configuration {
        var handlers: [HandlerSettings] = []
        var tables: [String: SettingTable] = [:]
        for source in sources {
            var builder = HandlerBuilder(source, registered: registered)
            if let handler = builder.build(problems: &problems) { handlers.append(handler) }
            tables[source.name] = builder.table
        }
        let daemon = read(DaemonSettings.table, problems: &problems)
        var aws = awsSettings(problems: &problems)
        let configured = main.value(RegionCheck.key, .region)
        let log = read(LogSettings.table, problems: &problems)
        let metrics = read(MetricsSettings.table, problems: &problems)
        let web = read(WebSettings.table, problems: &problems)
        var subscriptions = SubscriptionBuilder(main: main, region: configured, handlers: tables)
        let built = subscriptions.build(handlers, problems: &problems)
        aws.region = RegionCheck(main: main, handlers: tables)
            .region(of: built, configured: configured, problems: &problems)
        ConfigurationCheck(main: subscriptions.main, slots: daemon.slots, aws: aws)
            .check(built, handlers: tables, problems: &problems)
        checkListening("metrics", metrics.listen, metrics.allowsRemote, problems: &problems)
        checkListening("web", web.listen, web.allowsRemote, problems: &problems)
        return Configuration(
            daemon: daemon, aws: aws, log: log, metrics: metrics, web: web,
            subscriptions: built,
            warnings: problems.warnings,
            provenance: Provenance(
                main: subscriptions.main, handlers: tables, files: files, masks: masks))
    }

    /// What was set for this daemon. The variables of the AWS tools are left to who reads the files
    /// of those tools: there each has its own rank, as that of `AWS_PROFILE` is not `--profile`'s.
    private func awsSettings(problems: inout Problems) -> AWSSettings {
        main.withoutVariables(ConfigurationLoader.isOfAWSTools)
            .read(AWSSettings.table, file: .standard, problems: &problems).settings
    }

    /// What is listened at that others reach is to be meant.
    ///
    /// - Parameters:
    ///   - table: where the keys are.
    ///   - listen: a place as ``ListenPlace`` reads it; nil for none.
    private func checkListening(
        _ table: String, _ listen: String?, _ allowsRemote: Bool, problems: inout Problems
    ) {
        let key = SettingKey("\(table).listen")
        guard let listen, let place = ListenPlace(listen), !place.isLocal else { return }
        let origin = main[key]?.origin ?? .standard
        if allowsRemote {
            let what = table == "metrics" ? "read the metrics" : "use the page"
            problems.warn(origin, "\(key): other machines that reach \(listen) can \(what)")
        } else {
            problems.add(
                origin, key: key,
                "other machines could reach \(listen); allowed: an address of this machine alone, "
                    + "such as 127.0.0.1, or any with allow_remote = true")
        }
    }

    /// No key of the main file has to be set.
    private func read<Settings>(
        _ table: KeyTable<Settings>, problems: inout Problems
    ) -> Settings {
        main.read(table, file: .standard, problems: &problems).settings
    }
}
