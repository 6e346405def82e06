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
        var aws = read(AWSSettings.table, problems: &problems)
        let log = read(LogSettings.table, problems: &problems)
        var subscriptions = SubscriptionBuilder(main: main, region: aws.region, handlers: tables)
        let built = subscriptions.build(handlers, problems: &problems)
        aws.region = RegionCheck(main: main, handlers: tables)
            .region(of: built, configured: aws.region, problems: &problems)
        ConfigurationCheck(main: subscriptions.main, slots: daemon.slots, aws: aws)
            .check(built, handlers: tables, problems: &problems)
        return Configuration(
            daemon: daemon, aws: aws, log: log, subscriptions: built, warnings: problems.warnings,
            provenance: Provenance(
                main: subscriptions.main, handlers: tables, files: files, masks: masks))
    }

    /// No key of the main file has to be set.
    private func read<Settings>(
        _ table: KeyTable<Settings>, problems: inout Problems
    ) -> Settings {
        main.read(table, file: .standard, problems: &problems).settings
    }
}
