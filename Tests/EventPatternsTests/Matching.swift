import EventPatterns
import JSON

/// Whether a pattern takes an event, both in JSON.
func matches(_ pattern: String, _ event: String) throws -> Bool {
    let pattern = try EventPattern(JSONValue(parsing: pattern), for: .event)
    return try PatternSet([pattern], for: .event).matches(event: event) == [true]
}

/// What is wrong with a pattern, one line for each.
func errors(in pattern: String, for subject: EventPattern.Subject = .event) throws -> [String] {
    do throws(PatternErrors) {
        _ = try EventPattern(try parsed(pattern), for: subject)
        return []
    } catch {
        return error.errors.map(\.description)
    }
}

private func parsed(_ text: String) throws(PatternErrors) -> JSONValue {
    do throws(JSONError) {
        return try JSONValue(parsing: text)
    } catch {
        throw PatternErrors(errors: [PatternError(path: [], problem: "not JSON: \(error)")])
    }
}

struct SampleAttribute: MatchableAttribute {
    let dataType: String
    var text: String?
    var bytes: [UInt8]?
}

/// A message for patterns, with what a test says of it.
struct SampleMessage: MatchableMessage {
    var body = ""
    var systemAttributes: [String: String] = [:]
    var attributes: [String: SampleAttribute] = [:]

    func isTaken(by pattern: String) throws -> Bool {
        let pattern = try EventPattern(JSONValue(parsing: pattern), for: .message)
        return PatternSet([pattern], for: .message).matches(self) == [true]
    }
}
