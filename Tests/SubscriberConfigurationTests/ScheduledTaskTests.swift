import Schedules
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
                    body: "{}", path: nil),
                ScheduledTask(
                    name: "nightly",
                    schedule: Schedule(try Crontab("30 3 * * mon"), in: berlin, catchUp: .skip),
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
        ("[schedule]\ncron = \"@daily\"", "schedule.cron"),
    ])
    func `a mistake is told with its place`(text: String, words: String) throws {
        let errors = try tree(text).errors()
        #expect(errors.count == 1)
        #expect(errors.first?.contains(words) == true, "\(errors)")
    }
}
