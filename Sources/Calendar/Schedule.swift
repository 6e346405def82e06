/// When a task is due, in a time zone, and what becomes of times that were missed.
///
/// A value: moments go in and come out, in seconds since 1970-01-01 UTC.
///
/// Where clocks are set forward over a time, a task of that time is due when they are; where they
/// are set back over it, it is due the first time alone. A task of every hour (an hour that begins
/// with `*`) goes by what clocks show: nothing is due at times that they skip, and both times at
/// those that they show twice.
package struct Schedule: Sendable, Equatable {
    package enum CatchUp: String, Sendable, CaseIterable {
        /// The latest of the times that were missed is made up for.
        case once
        case skip
    }

    /// What is to be done now.
    package struct Due: Sendable, Equatable {
        /// The time that the task is run for.
        package let time: Int
        /// Whether its minute is over.
        package let isLate: Bool
    }

    /// A task that is later than this has missed its time: its minute is over.
    package static let punctuality = 60
    /// The calendar repeats after 400 years, but 29 February on a given day of the week, the rarest
    /// date that a crontab can name, within 40.
    private static let horizon = 40 * 366

    private let crontab: Crontab
    private let zone: TimeZoneRules
    package let catchUp: CatchUp

    package init(_ crontab: Crontab, in zone: TimeZoneRules, catchUp: CatchUp = .once) {
        self.crontab = crontab
        self.zone = zone
        self.catchUp = catchUp
    }

    /// The first time after a moment, or nil where there is none: on 30 February.
    package func next(after moment: Int) -> Int? {
        // A day earlier: a time that clocks skip is made up for later than its day.
        let first = CalendarDay(containing: moment + zone.offset(at: moment)).number - 1
        for number in first...first + Self.horizon {
            let day = CalendarDay(number: number)
            guard crontab.matches(day) else { continue }
            if let time = times(on: day).first(where: { $0 > moment }) { return time }
        }
        return nil
    }

    /// What is due now, for a task that was last run, or looked at for the first time, at `last`.
    package func due(since last: Int, now: Int) -> Due? {
        guard var time = next(after: last), time <= now else { return nil }
        // All but the latest of the times that were missed are passed over.
        if now - time > Self.punctuality, let latest = latest(notAfter: now, since: time) {
            time = latest
        }
        let isLate = now - time > Self.punctuality
        return isLate && catchUp == .skip ? nil : Due(time: time, isLate: isLate)
    }

    private func latest(notAfter now: Int, since time: Int) -> Int? {
        let last = CalendarDay(containing: now + zone.offset(at: now)).number
        let first = CalendarDay(containing: time + zone.offset(at: time)).number - 1
        for number in stride(from: last, through: first, by: -1) {
            let day = CalendarDay(number: number)
            guard crontab.matches(day) else { continue }
            if let latest = times(on: day).last(where: { $0 <= now }) { return latest }
        }
        return nil
    }

    /// The times of a day in order.
    private func times(on day: CalendarDay) -> [Int] {
        var times: Set<Int> = []
        for hour in crontab.hours {
            for minute in crontab.minutes {
                let local = day.number * CalendarDay.seconds + hour * 3_600 + minute * 60
                let moments = zone.moments(ofLocal: local)
                if crontab.isEveryHour {
                    times.formUnion(moments)
                } else {
                    times.insert(moments.first ?? zone.endOfGap(atLocal: local))
                }
            }
        }
        return times.sorted()
    }
}
