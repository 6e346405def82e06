import Calendar
import HandlerLibrary
import Settings
import SubscriberConfiguration

/// The pages of the configuration's two kinds of files: every table and key that a schema has.
enum ConfigurationPages {
    static let mainName = "sqs-subscriber.toml"
    static let handlerName = "sqs-subscriber-handler"

    static func main(_ date: CivilTime) -> ManualPage {
        var page = ManualPage(mainName, 5, "settings of the daemon and of its queues", date)
        page.section("SYNOPSIS")
        page.list(
            ["/etc", "/run", "/usr/lib"].map { (.path("\($0)/sqs-subscriber/\(mainName)"), []) })
        page.section("DESCRIPTION")
        page.paragraph(
            """
            The file may be missing: everything in it has a default. The first of these that there \
            is counts. Files of the directory \(mainName).d beside it are laid over it in the \
            order of their names, and their names have to end in .toml. With --config DIR, \
            DIR/\(mainName) is read instead.
            """)
        addForm(to: &page)
        page.paragraph(
            """
            Flags of the command line win over the environment, the variables of this program over \
            those of the AWS tools, and all of them over the files. "sqs-subscriber config" prints \
            what is in force, and where each value comes from.
            """)
        addKeys(of: .main, to: &page)
        page.section("EXAMPLES")
        page.literal([
            "slots = 128", "", "[aws]", "region = \"eu-west-1\"", "", "[queues.orders]",
            "visibility_timeout = \"2min\"", "dead_letter_queue = \"orders-dead\"",
        ])
        page.seeAlso([("sqs-subscriber", 1), (handlerName, 5), ("sqs-subscriber", 8)])
        return page
    }

    static func handler(_ date: CivilTime) -> ManualPage {
        var page = ManualPage(handlerName, 5, "a handler of messages for sqs-subscriber", date)
        page.section("SYNOPSIS")
        page.list(
            ["/etc", "/run", "/usr/lib"].map {
                (.path("\($0)/sqs-subscriber/handlers.d/NAME.toml"), [])
            })
        page.section("DESCRIPTION")
        let kinds = HandlerKinds.all.map { "[\($0.place)]" }
        page.paragraph(
            """
            Each file is a handler, called as the file without .toml. A file in an earlier \
            directory hides one of the same name in a later one; a link to /dev/null hides it and \
            is no handler. Files of NAME.toml.d beside it are laid over NAME.toml. With --config \
            DIR, DIR/handlers.d is read instead.
            """)
        page.paragraph(
            """
            It names its queue, and has exactly one of the tables \
            \(kinds.joined(separator: ", ")), which says what runs for a message.
            """)
        addForm(to: &page)
        addKeys(of: .handler, to: &page)
        HandlerInterface.add(to: &page)
        page.section("EXAMPLES")
        page.literal([
            "queue = \"orders\"", "concurrency = 8", "", "[exec]",
            "command = [\"/usr/local/bin/process-order\"]", "", "[retry]",
            "backoff = \"exponential\"",
        ])
        page.seeAlso([("sqs-subscriber", 1), (mainName, 5), ("sqs-subscriber", 8)])
        return page
    }

    private static func addForm(to page: inout ManualPage) {
        page.paragraph(
            """
            Files are in TOML. A time span is a text as systemd.time(7) has it, such as "1min \
            30s", or a number of seconds; a size is a number of bytes, or a text such as "1MiB".
            """)
        page.paragraph(
            """
            A key that is not known, a value of the wrong type or out of range is an error: the \
            daemon does not start, and a reload is refused. "sqs-subscriber check" names all of \
            them, with file and line.
            """)
    }

    private static func addKeys(of schema: Schema, to page: inout ManualPage) {
        page.section("KEYS ABOVE THE FIRST TABLE")
        page.list(items(in: SettingKey([]), of: schema))
        for table in schema.tables {
            let place = table.place.components.map { $0 == "*" ? "NAME" : $0 }
            page.section("THE TABLE [\(place.joined(separator: "."))]")
            page.paragraph(table.documentation)
            page.list(items(in: table.place, of: schema))
        }
    }

    /// The keys of a table, but for those that the tables in it explain.
    private static func items(in place: SettingKey, of schema: Schema) -> [ManualPage.Item] {
        let inner = schema.keys(in: place.child("*")).map(\.place.last)
        return schema.keys(in: place).filter { !inner.contains($0.place.last) }.map { key in
            let tag = key.place.last == "*" ? ManualTag.argument("NAME") : .word(key.place.last)
            return (tag, [key.documentation] + values(of: key, in: schema))
        }
    }

    private static func values(of key: SchemaKey, in schema: Schema) -> [String] {
        var sentences = ["Allowed: \(key.allowed)."]
        let table = schema.tables.first { $0.place == key.place.parent }
        let name = key.place.last == "*" ? table?.exampleName ?? "" : key.place.last
        let example = "Example: \(name) = \(key.example.literal)."
        switch key.standard {
        case .value(let node): sentences.append("Default: \(node.literal).")
        case .unset(let meaning):
            if !meaning.isEmpty { sentences.append("Not set: \(meaning).") }
            sentences.append(example)
        case .required: sentences += ["Has to be set.", example]
        }
        let variables = schema.variables(of: key)
        if !variables.isEmpty {
            sentences.append("Environment: \(variables.joined(separator: ", ")).")
        }
        return [sentences.joined(separator: " ")]
    }
}
