package import AWS
package import EventPatterns

/// The value of one setting, of the type that the schema asks for.
package enum SettingValue: Sendable, Equatable {
    case integer(Int)
    case number(Double)
    case integers([Int])
    case boolean(Bool)
    case text(String)
    case texts([String])
    case duration(Duration)
    case durations([Duration])
    /// Bytes.
    case size(Int)
    case queue(QueueReference)
    case pattern(EventPattern)

    /// As TOML writes it; the same type reads it back as the same value.
    package var literal: String { literal { $0 } }

    /// As ``literal``, with what is secret replaced.
    func redactedLiteral(named name: String) -> String {
        literal { Redaction.redact($0, named: name) }
    }

    private func literal(_ shown: (String) -> String) -> String {
        switch self {
        case .integer(let number): String(number)
        case .number(let number): Int(exactly: number).map { String($0) } ?? String(number)
        case .integers(let numbers): "[" + numbers.map { String($0) }.joined(separator: ", ") + "]"
        case .boolean(let flag): String(flag)
        case .text(let text): TOMLText.string(shown(text))
        case .texts(let texts): TOMLText.array(texts.map(shown))
        case .duration(let duration): TOMLText.string(TimeSpan.format(duration))
        case .durations(let durations): TOMLText.array(durations.map(TimeSpan.format))
        case .size(let bytes): TOMLText.string(ByteSize.format(bytes))
        case .queue(let queue): TOMLText.string(shown(queue.text))
        case .pattern(let pattern): PatternText.literal(pattern.source, shown)
        }
    }
}

/// A value and where it came from.
package struct Setting: Sendable, Equatable {
    package let value: SettingValue
    package let origin: Origin
}
