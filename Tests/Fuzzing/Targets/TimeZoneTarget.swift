import Calendar
import FoundationEssentials

/// Files of time zones, and crontabs in them.
struct TimeZoneTarget: FuzzTarget {
    let name = "time-zones"
    let words = [
        "TZif2", "CET-1CEST,M3.5.0,M10.5.0/3", "<+03>-3", "J365", "9999999999", "\n", "*/5", "1-7",
        "@hourly", "jan", "sun", ",",
    ]

    let corpus: [[UInt8]] = [
        "Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Asia/Tokyo",
    ]
    .compactMap { zone in
        (try? Data(contentsOf: URL(filePath: "\(TimeZoneRules.systemDirectory)/\(zone)")))
            .map { Parts.join(["0,30 2-4 1,15 * 1-5"]) + Array("\n%%%%\n".utf8) + Array($0) }
    }

    func run(_ input: [UInt8]) async -> Verdict {
        let parts = Parts.split(input, into: 2)
        let folder = ScratchDirectory()
        defer { folder.remove() }
        do {
            try folder.write("Zone", parts[1])
        } catch {
            return .wrong("the file could not be written: \(error)")
        }
        guard let zone = try? TimeZoneRules(named: "Zone", directory: folder.path),
            let crontab = try? Crontab(String(decoding: parts[0], as: UTF8.self))
        else { return .refused }
        let schedule = Schedule(crontab, in: zone)
        for moment in [1_735_689_600, 1_774_746_000, 1_792_890_000, 4_102_444_800] {
            guard let next = schedule.next(after: moment) else { continue }
            if next <= moment { return .wrong("the next time is not after \(moment)") }
            _ = schedule.due(since: moment, now: moment + 86_400)
        }
        return .accepted
    }
}
