import Settings
import Testing

@Suite struct TimeSpanTests {
    @Test(arguments: [
        ("30", Duration.seconds(30)), ("30s", .seconds(30)), ("30 s", .seconds(30)),
        (" 30s ", .seconds(30)), ("5min 20s", .seconds(320)), ("5min20s", .seconds(320)),
        ("2 h", .seconds(7200)), ("2hours", .seconds(7200)), ("48hr", .seconds(172_800)),
        ("55s500ms", .milliseconds(55_500)), ("300ms20s 5day", .milliseconds(432_020_300)),
        ("1y 12month", .seconds(31_557_600 + 12 * 2_629_800)), ("500ms", .milliseconds(500)),
        ("7usec", .microseconds(7)), ("7us", .microseconds(7)), ("7µs", .microseconds(7)),
        ("1msec", .milliseconds(1)), ("1sec", .seconds(1)), ("1second", .seconds(1)),
        ("2seconds", .seconds(2)), ("1m", .seconds(60)), ("1minute", .seconds(60)),
        ("2minutes", .seconds(120)), ("1hour", .seconds(3600)), ("1d", .seconds(86_400)),
        ("2days", .seconds(172_800)), ("1w", .seconds(604_800)), ("1week", .seconds(604_800)),
        ("2weeks", .seconds(1_209_600)), ("1M", .seconds(2_629_800)), ("1.5h", .seconds(5400)),
        (".5s", .milliseconds(500)), ("1.s", .seconds(1)), ("0", .zero), ("1 2 3", .seconds(6)),
        ("0.0000019s", .microseconds(1)), ("1month", .seconds(2_629_800)),
        ("1year", .seconds(31_557_600)), ("2years 2months", .seconds(68_374_800)),
    ])
    func `a time span is read as systemd reads it`(text: String, expected: Duration) throws {
        #expect(try TimeSpan.parse(text) == expected)
    }

    @Test(arguments: [
        ("", "is empty"), ("  ", "is empty"), ("s", "is not a time span"),
        ("-1s", "is not a time span"), ("5 minuts", "has the unknown unit \"minuts\""),
        ("1H", "has the unknown unit \"H\""), ("1S", "has the unknown unit \"S\""),
        ("infinity", "is not a limit; give a time span that ends"),
        ("99999999999999999999s", "is too long to count"), ("400000y", "is too long to count"),
        ("290000y 290000y", "is too long to count"), ("1s,2s", "has the unknown unit \"s,\""),
        ("1..5s", "is not a time span"), ("٣s", "is not a time span"),
    ])
    func `what is no time span is refused with its reason`(text: String, reason: String) {
        let error = #expect(throws: TimeSpan.ParseError.self) { try TimeSpan.parse(text) }
        #expect(error?.problem == reason)
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.seconds(60), "1min"), (.seconds(43_200), "12h"),
        (.seconds(90), "1min 30s"), (.milliseconds(1500), "1s 500ms"), (.microseconds(3), "3us"),
        (.seconds(5400), "1h 30min"),
    ])
    func `a time span is written so that it reads back the same`(
        duration: Duration, text: String
    ) throws {
        #expect(TimeSpan.format(duration) == text)
        #expect(try TimeSpan.parse(text) == duration)
    }
}

@Suite struct ByteSizeTests {
    @Test(
        arguments: [
            ("1MiB", 1_048_576), ("1M", 1_048_576), ("512K", 524_288), ("512 KiB", 524_288),
            ("2GiB", 2_147_483_648), ("100", 100), ("100B", 100), ("0", 0),
        ] as [(String, Int)])
    func `a size is read with its unit`(text: String, bytes: Int) {
        #expect(ByteSize.parse(text) == bytes)
    }

    @Test(arguments: ["", "MiB", "1MB", "1kb", "-1", "1.5M", "9999999999G", "1 MiB per process"])
    func `what is no size is refused`(text: String) {
        #expect(ByteSize.parse(text) == nil)
    }

    @Test(arguments: [1, 1000, 1024, 1536, 1 << 20, 3 << 30])
    func `a size is written so that it reads back the same`(bytes: Int) {
        #expect(ByteSize.parse(ByteSize.format(bytes)) == bytes)
    }
}
