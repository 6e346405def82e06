import Calendar
import Settings

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

    private static let place = SoleTaskKeys.table.place
    /// A deduplication id has 128 characters, of which the time takes 21.
    private static let longestName = 80

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
            let (keys, isComplete) = table.read(
                SoleTaskKeys.table, file: origin, problems: &problems)
            table.fillDefaults(in: Self.place)
            let name = keys.name ?? handler
            check(name, at: Self.place.child("name"), problems: &problems)
            if isComplete, let task = keys.task.task(named: name) { tasks.append(task) }
        }
        for name in others {
            let place = Self.place.child(name)
            check(name, at: place, problems: &problems)
            if tasks.contains(where: { $0.name == name }) {
                problems.add(
                    table.origin(ofTable: place) ?? origin, key: place,
                    "the task in [schedule] has this name already; give one of them another")
            }
            let (keys, isComplete) = table.read(
                TaskKeys.table, at: place, file: origin, problems: &problems)
            table.fillDefaults(in: place)
            if isComplete, let task = keys.task(named: name) { tasks.append(task) }
        }
        return tasks
    }

    /// It is part of a deduplication id, and the last part of a file's name, after a dot.
    private func check(_ name: String, at key: SettingKey, problems: inout Problems) {
        let isName =
            (1...Self.longestName).contains(name.count)
            && name.allSatisfy {
                $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0))
            }
        guard !isName else { return }
        let place = table[key]?.origin ?? table.origin(ofTable: key)
        problems.add(
            place ?? table.origin(ofTable: Self.place) ?? origin, key: key,
            "the name of a task is at most \(Self.longestName) letters, digits, _ and -")
    }
}

extension TaskKeys {
    fileprivate func task(named name: String) -> ScheduledTask? {
        guard let crontab = try? Crontab(cron), let zone = try? TimeZoneRules(named: timeZone)
        else { return nil }
        return ScheduledTask(
            name: name, schedule: Schedule(crontab, in: zone, catchUp: missed),
            times: "\(cron) \(timeZone)", body: body, path: path)
    }
}
