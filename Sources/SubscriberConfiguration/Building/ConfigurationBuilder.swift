/// Makes one configuration of the settings of the main file and of the handlers.
struct ConfigurationBuilder {
    let main: SettingTable
    let files: [String]
    let masks: [String]
    let registered: Set<String>

    /// Nil where something is wrong; the errors are told then.
    func build(_ sources: [HandlerSource], problems: inout Problems) -> Configuration? {
        var handlers: [HandlerSettings] = []
        var tables: [String: SettingTable] = [:]
        for source in sources {
            var builder = HandlerBuilder(source, registered: registered)
            if let handler = builder.build(problems: &problems) { handlers.append(handler) }
            tables[source.name] = builder.table
        }
        var aws = awsSettings
        var subscriptions = SubscriptionBuilder(main: main, region: aws?.region, handlers: tables)
        let built = subscriptions.build(handlers, problems: &problems)
        let region = RegionCheck(main: main, handlers: tables)
            .region(of: built, configured: aws?.region, problems: &problems)
        aws?.region = region
        if let slots = main.integer(SettingKey("slots")), let aws {
            ConfigurationCheck(main: subscriptions.main, slots: slots, aws: aws)
                .check(built, handlers: tables, problems: &problems)
        }
        guard let slots = main.integer(SettingKey("slots")),
            let graceTime = main.duration(SettingKey("grace_time")),
            let allowsCoreDumps = main.boolean(SettingKey("core_dumps")), let aws,
            let log = logSettings
        else { return nil }
        return Configuration(
            slots: slots, graceTime: graceTime,
            stateDirectory: main.text(SettingKey("state_directory")),
            allowsCoreDumps: allowsCoreDumps, aws: aws, log: log, subscriptions: built,
            warnings: problems.warnings,
            provenance: Provenance(
                main: subscriptions.main, handlers: tables, files: files, masks: masks))
    }

    private var awsSettings: AWSSettings? {
        let place = SettingKey("aws")
        guard let plaintext = main.boolean(place.child("allow_plaintext")) else { return nil }
        return AWSSettings(
            region: main.text(place.child("region")), profile: main.text(place.child("profile")),
            endpointURL: main.text(place.child("endpoint_url")), allowPlaintext: plaintext,
            useDualstack: main.boolean(place.child("use_dualstack")),
            useFIPS: main.boolean(place.child("use_fips")))
    }

    private var logSettings: LogSettings? {
        let place = SettingKey("log")
        guard let level = main.text(place.child("level")).flatMap(LogSettings.Level.init),
            let rate = main.integer(place.child("messages_per_second"))
        else { return nil }
        return LogSettings(level: level, messagesPerSecond: rate)
    }
}
