import Calendar
import Settings
import SubscriberConfiguration
import Testing

struct ScheduledTaskTests {
    private func tree(_ text: String) throws -> ConfigurationTree {
        let tree = try ConfigurationTree()
        try tree.write("etc/handlers.d/orders.toml", "queue = \"orders\"\n[journal]\n" + text)
        return tree
    }

    @Test func `tasks have their settings, in the order of their names`() throws {
        let tree = try tree(
            """
            [schedule.nightly]
            cron = "30 3 * * mon"
            time_zone = "Europe/Berlin"
            missed = "skip"
            body = "go"
            path = "/tasks/nightly?x=y"
            [schedule.always]
            cron = "@hourly"
            """)
        let handler = try #require(try tree.load().handlers["orders"])
        let berlin = try TimeZoneRules(named: "Europe/Berlin")
        #expect(
            handler.tasks == [
                ScheduledTask(
                    name: "always", schedule: Schedule(try Crontab("@hourly"), in: .utc),
                    times: "@hourly UTC", body: "elasticbeanstalk scheduled job", path: nil),
                ScheduledTask(
                    name: "nightly",
                    schedule: Schedule(try Crontab("30 3 * * mon"), in: berlin, catchUp: .skip),
                    times: "30 3 * * mon Europe/Berlin",
                    body: "go", path: "/tasks/nightly?x=y"),
            ])
    }

    @Test(arguments: [
        ("[schedule.a]", "3: schedule.a.cron: is missing"),
        ("[schedule.a]\ncron = \"* * *\"", "4: schedule.a.cron: \"* * *\" has 3 fields"),
        ("[schedule.a]\ncron = \"0 0 30 2 *\"", "is a date that never comes"),
        (
            "[schedule.a]\ncron = \"@daily\"\ntime_zone = \"Mars\"",
            "5: schedule.a.time_zone: \"Mars\" is not in /usr/share/zoneinfo"
        ),
        ("[schedule.\"a b\"]\ncron = \"@daily\"", "the name of a task is at most 80 letters"),
        ("[schedule.\"a.b\"]\ncron = \"@daily\"", "letters, digits, _ and -"),
        ("[schedule.a]\ncron = \"@daily\"\npath = \"x\"", "5: schedule.a.path: \"x\" is not"),
        ("[schedule]\nbody = \"x\"", "3: schedule.cron: is missing"),
        ("[schedule]", "3: schedule: has no task; give it cron"),
        (
            "[schedule]\ncron = \"@daily\"\ntimezone = \"UTC\"",
            "5: schedule.timezone: unknown key, did you mean \"time_zone\"?"
        ),
        (
            "[schedule.a]\ncron = \"@daily\"\nbody = \"a\\u0001\"",
            "has a character that SQS refuses"
        ),
        ("[schedule]\ncron = \"@daily\"\nname = \"a b\"", "5: schedule.name: the name of a task"),
        (
            "[schedule]\ncron = \"@daily\"\n[schedule.orders]\ncron = \"@daily\"",
            "5: schedule.orders: the task in [schedule] has this name already"
        ),
    ])
    func `a mistake is told with its place`(text: String, words: String) throws {
        let errors = try tree(text).errors()
        #expect(errors.count == 1)
        #expect(errors.first?.contains(words) == true, "\(errors)")
    }

    @Test func `one task can be in the table itself, and has the handler's name`() throws {
        for (line, name) in [("", "orders"), ("name = \"x\"\n", "x")] {
            let tree = try tree(
                "[schedule]\ncron = \"@daily\"\n\(line)[schedule.y]\ncron = \"@hourly\"")
            #expect(try tree.load().handlers["orders"]?.tasks.map(\.name) == [name, "y"])
        }
    }

    @Test func `only on a standard queue may two handlers have tasks of one name`() throws {
        for (queue, expected) in [
            ("q", []),
            (
                "q.fifo",
                [
                    "etc/handlers.d/b.toml:3: schedule: the handler a of the same queue has a task "
                        + "\"x\" too; give one of them another name"
                ]
            ),
        ] {
            let tree = try ConfigurationTree()
            for name in ["a", "b"] {
                try tree.write(
                    "etc/handlers.d/\(name).toml",
                    "queue = \"\(queue)\"\n[journal]\n[schedule]\nname = \"x\"\ncron = \"@daily\"")
            }
            #expect(tree.errors() == expected)
        }
    }
}
