import HandlerLibrary
import Settings
import SubscriberEngine

/// The table `[retry]` of a handler, as it is written.
struct RetryKeys: KeyedSettings {
    enum Backoff: String, CaseIterable {
        case exponential
        case list
    }

    var backoff: Backoff?
    var initial: Duration = .seconds(10)
    var maximum: Duration = .seconds(900)
    var delays: [Duration] = []

    static let table = KeyTable<RetryKeys>(
        "retry", "When a failed message is tried again.",
        keys: [
            Key(
                "backoff", \.backoff, .choice,
                unset: "the visibility timeout of the queue brings the message back",
                example: "exponential", "How the delay follows from the number of receives."),
            Key(
                "initial", \.initial, .duration(.seconds(1)...KeyLimits.lease),
                """
                With "exponential": the first delay; each one after is twice as long.
                """),
            Key(
                "maximum", \.maximum, .duration(.seconds(1)...KeyLimits.lease),
                "With \"exponential\": the longest delay."),
            Key(
                "delays", \.delays, .durations(.zero...KeyLimits.lease),
                empty: "needed with \"list\"",
                example: ["10s", "1min"],
                """
                With "list": the delays, one after the other; the last one from then on. 0s is at \
                once after the first receive; after later ones it is 1 s, 2 s and so on up to a \
                minute.
                """),
        ])

    /// What the table of a handler says, and what is wrong with it.
    static func read(
        _ table: inout SettingTable, file: Origin, problems: inout Problems
    ) -> RetryPolicy {
        let (keys, _) = table.read(Self.table, file: file, problems: &problems)
        let place = Self.table.place
        let (initial, maximum, delays) = (
            place.child("initial"), place.child("maximum"), place.child("delays")
        )
        switch keys.backoff {
        case .exponential:
            table.forbid([delays], with: "\"exponential\"", problems: &problems)
            table.fillDefaults(in: place)
            if keys.maximum < keys.initial {
                problems.add(
                    table[maximum]?.origin ?? file, key: maximum,
                    "\(TimeSpan.format(keys.maximum)) is shorter than retry.initial, "
                        + TimeSpan.format(keys.initial))
            }
            return .exponential(initial: keys.initial, maximum: keys.maximum)
        case .list:
            table.forbid([initial, maximum], with: "\"list\"", problems: &problems)
            table.checkRequired(delays, file: file, problems: &problems)
            return .delays(keys.delays)
        case nil:
            let backoff = place.child("backoff")
            if table.isMissing(backoff), !table.names(in: place).isEmpty {
                table.checkRequired(backoff, file: file, problems: &problems)
            }
            return .visibilityTimeout
        }
    }
}

extension SettingTable {
    fileprivate func forbid(
        _ keys: [SettingKey], with backoff: String, problems: inout Problems
    ) {
        for key in keys {
            guard let setting = self[key] else { continue }
            problems.add(setting.origin, key: key, "not used with backoff = \(backoff); remove one")
        }
    }
}
