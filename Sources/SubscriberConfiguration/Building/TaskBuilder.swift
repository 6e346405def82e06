import Calendar

/// Makes the tasks of a handler: that of `[schedule]` itself, and those of `[schedule.NAME]`.
struct TaskBuilder {
    private let handler: String
    private let origin: Origin
    private(set) var table: SettingTable

    init(handler: String, origin: Origin, table: SettingTable) {
        self.handler = handler
        self.origin = origin
        self.table = table
    }

    private static let place = SettingKey("schedule")

    /// What is wrong is told, and left out.
    mutating func build(problems: inout Problems) -> [ScheduledTask] {
        let names = table.names(in: Self.place)
        let others = names.filter { table.origin(ofTable: Self.place.child($0)) != nil }
        if names.isEmpty, let place = table.origin(ofTable: Self.place) {
            problems.add(
                place, key: Self.place, "has no task; give it cron = \"30 3 * * *\", or remove it")
        }
        var tasks: [ScheduledTask] = []
        if others.count < names.count {
            let key = Self.place.child("name")
            let name = table.text(key) ?? handler
            check(name, at: key, problems: &problems)
            if let task = task(name, in: Self.place, problems: &problems) { tasks.append(task) }
        }
        for name in others {
            let place = Self.place.child(name)
            check(name, at: place, problems: &problems)
            if tasks.contains(where: { $0.name == name }) {
                problems.add(
                    table.origin(ofTable: place) ?? origin, key: place,
                    "the task in [schedule] has this name already; give one of them another")
            }
            if let task = task(name, in: place, problems: &problems) { tasks.append(task) }
        }
        return tasks
    }

    private mutating func task(
        _ name: String, in place: SettingKey, problems: inout Problems
    ) -> ScheduledTask? {
        table.checkRequired(place.child("cron"), file: origin, problems: &problems)
        table.fillDefaults(in: place)
        guard let cron = table.text(place.child("cron")), let crontab = try? Crontab(cron),
            let zoneName = table.text(place.child("time_zone")),
            let zone = try? TimeZoneRules(named: zoneName),
            let missed = table.text(place.child("missed")).flatMap(Schedule.CatchUp.init),
            let body = table.text(place.child("body"))
        else { return nil }
        return ScheduledTask(
            name: name, schedule: Schedule(crontab, in: zone, catchUp: missed),
            times: "\(cron) \(zoneName)", body: body, path: table.text(place.child("path")))
    }

    /// It is part of a deduplication id, and the last part of a file's name, after a dot.
    private func check(_ name: String, at key: SettingKey, problems: inout Problems) {
        let isName =
            (1...Limits.taskName).contains(name.count)
            && name.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0))
            }
        guard !isName else { return }
        let place = table[key]?.origin ?? table.origin(ofTable: key)
        problems.add(
            place ?? table.origin(ofTable: Self.place) ?? origin, key: key,
            "the name of a task is at most \(Limits.taskName) letters, digits, _ and -")
    }
}
