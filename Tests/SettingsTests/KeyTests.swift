import Settings
import Testing

/// A program's settings, as a room that has keys declares them.
private struct Lamp: KeyedSettings {
    enum Color: String, CaseIterable {
        case white
        case red
    }

    var name = ""
    var brightness = 70
    var color = Color.white
    var delay: Duration?
    var labels: [String: String] = [:]

    static let table = KeyTable<Lamp>(
        "lamp", "A lamp.",
        keys: [
            Key(required: "name", \.name, .text, example: "desk", "What it is called."),
            Key("brightness", \.brightness, .integer(1...100), "In percent."),
            Key("color", \.color, .choice, "Its color."),
            Key(
                "delay", \.delay, .duration(.zero...(.seconds(60))), unset: "at once",
                example: "2s", "Until it is on."),
            Key(
                table: "labels", \.labels, example: ("room", "hall"), about: "Labels.", "A label."
            ) { $0.filter { $0.value == "?" }.mapValues { _ in "says nothing" } },
        ])
}

/// A key, its default and the field that it fills are one line.
@Suite struct KeyTests {
    private static let schema = Schema([Lamp.table.schema], variablePrefix: "LAMP_")

    /// What a variable of the environment, or nothing, makes of the settings.
    private func read(
        _ values: [(String, DocumentNode)] = [("lamp.name", "desk")],
        environment: [String: String] = [:]
    ) -> (lamp: Lamp, isComplete: Bool, errors: [String], table: SettingTable) {
        var problems = Problems()
        var table = SettingTable(schema: Self.schema)
        for (key, node) in values { table.set(SettingKey(key), node, .flag("--set")) }
        EnvironmentReader(environment: environment).read(into: &table, problems: &problems)
        let (lamp, isComplete) = table.read(Lamp.table, file: .program, problems: &problems)
        return (lamp, isComplete, problems.errors.map(\.description), table)
    }

    @Test func `a field whose key is not set has the default of new settings`() {
        let (lamp, isComplete, errors, _) = read()
        var expected = Lamp()
        expected.name = "desk"
        #expect(lamp == expected && isComplete && errors.isEmpty)
    }

    @Test func `the default that is shown is that of the field`() {
        let standards = Self.schema.keys.map { $0.standard.value?.literal }
        #expect(standards == [nil, "70", "\"white\"", nil, nil])
        var table = read().table
        table.fillDefaults(in: Lamp.table.place)
        #expect(
            table.lines(below: SettingKey([])) == [
                "", "[lamp]", "name = \"desk\"  # flag --set", "brightness = 70  # default",
                "color = \"white\"  # default", "# delay is not set: at once",
            ])
    }

    @Test func `each key fills its own field`() {
        let (lamp, _, errors, _) = read(
            [("lamp.name", "hall"), ("lamp.delay", "1s"), ("lamp.labels.a", "b")],
            environment: ["LAMP_LAMP_BRIGHTNESS": "5", "LAMP_LAMP_COLOR": "red"])
        var expected = Lamp()
        expected.name = "hall"
        expected.brightness = 5
        expected.color = .red
        expected.delay = .seconds(1)
        expected.labels = ["a": "b"]
        #expect(lamp == expected && errors.isEmpty)
    }

    @Test func `what is missing, out of range or a name that means nothing is told`() {
        let (_, isComplete, errors, _) = read(
            [("lamp.labels.x", "?")], environment: ["LAMP_LAMP_BRIGHTNESS": "101"])
        #expect(!isComplete)
        #expect(
            errors == [
                "environment variable LAMP_LAMP_BRIGHTNESS: lamp.brightness: 101 is out of range; "
                    + "allowed: a whole number from 1 to 100",
                "the program: lamp.name: is missing; it has to be a text that is not empty",
                "flag --set: lamp.labels.x: says nothing",
            ])
    }

    @Test(
        arguments: [
            (ValueType<Int>.size(1...(1 << 30)).written("1024K"), "\"1MiB\""),
            (ValueType<Int>.size(1...(1 << 30)).written(1536), "\"1536B\""),
            (ValueType<Double>.number(0...10).written(.decimal(2)), "2"),
            (ValueType<Duration>.duration(.zero...(.seconds(90))).written(90), "\"1min 30s\""),
            (ValueType<[Int]>.integers(0...9).written([1, 2]), "[1, 2]"),
        ] as [(String?, String)])
    func `a value is shown in one form, however it was written`(shown: String?, form: String) {
        #expect(shown == form)
    }
}

extension ValueType {
    /// As a node of a file is shown.
    fileprivate func written(_ node: DocumentNode) -> String? {
        (try? read(node)).map { write($0).literal }
    }
}
