import JSON

extension EventPattern {
    /// Where EventBridge, or Lambda's event filtering, would refuse what is taken here: for who
    /// uses the pattern there too.
    ///
    /// Sources: "Creating event patterns" in the EventBridge User Guide, FilterCriteria in the
    /// Lambda API reference, and what event-ruler 2.0.1 refuses.
    package var refusedByAWS: [PatternError] {
        var limits = ServiceLimits()
        limits.check(source, at: [])
        let size = source.text.utf8.count
        if size > ServiceLimits.patternSize {
            let problem = "has \(size) bytes; allowed: \(ServiceLimits.patternSize)"
            limits.refusals.append(PatternError(path: [], problem: problem))
        }
        return limits.refusals
    }
}

private struct ServiceLimits {
    /// The length of an event pattern and of a filter of Lambda, in characters.
    static let patternSize = 4_096

    var refusals: [PatternError] = []

    mutating func check(_ value: JSONValue, at path: [String]) {
        switch value {
        case .object(let members): check(members, at: path)
        case .list(let items): for item in items { check(rule: item, at: path) }
        case .text, .number, .boolean, .null: break
        }
    }

    private mutating func check(_ members: [JSONValue.Member], at path: [String]) {
        for member in members {
            guard let alternatives = PatternCompiler.alternatives(of: member) else {
                check(member.value, at: path + [member.name])
                continue
            }
            let beside = Set(members.filter { $0 != member }.flatMap { Self.fields($0, at: []) })
            for (index, fields) in alternatives.enumerated() {
                let place = path + ["$or[\(index)]"]
                check(fields, at: place)
                let twice = fields.flatMap { Self.fields($0, at: []) }.filter(beside.contains)
                for name in twice {
                    refuse(place, "\(PatternError.shown(name)) is beside $or as well")
                }
            }
        }
    }

    /// The paths of the fields that a member asks for the values of.
    private static func fields(_ member: JSONValue.Member, at path: [String]) -> [[String]] {
        if let alternatives = PatternCompiler.alternatives(of: member) {
            return alternatives.flatMap { $0.flatMap { fields($0, at: path) } }
        }
        let place = path + [member.name]
        guard case .object(let members) = member.value else { return [place] }
        return members.flatMap { fields($0, at: place) }
    }

    private mutating func check(rule: JSONValue, at path: [String]) {
        switch rule {
        case .number(let number): check(exact: number, at: path)
        case .object:
            if let numbers = rule["numeric"] { check(bounds: numbers, at: path) }
            if case .text(let block) = rule["cidr"] { check(block: block, at: path) }
            if let excluded = rule["anything-but"] { check(excluded: excluded, at: path) }
        case .text, .boolean, .null, .list: break
        }
    }

    private mutating func check(bounds: JSONValue, at path: [String]) {
        guard case .list(let items) = bounds else { return }
        for case .number(let number) in items where JSONNumber(number).millionths == nil {
            refuse(
                path,
                "numeric: \(number) is none of the numbers from -5e9 to 5e9 with up to six decimal "
                    + "places")
        }
    }

    private mutating func check(excluded: JSONValue, at path: [String]) {
        let items = if case .list(let items) = excluded { items } else { [excluded] }
        for case .number(let number) in items { check(exact: number, at: path) }
    }

    private mutating func check(exact number: String, at path: [String]) {
        let value = JSONNumber(number).double
        guard !value.isFinite || JSONNumber(String(value)) != JSONNumber(number) else { return }
        refuse(path, "\(number) has more digits than a double holds")
    }

    private mutating func check(block: String, at path: [String]) {
        if block.hasSuffix(block.contains(":") ? "/128" : "/32") {
            refuse(path, "cidr: \"\(block)\" is a single address; write it as a text")
        } else if block.lowercased().hasPrefix("::ffff:"), block.contains(".") {
            refuse(path, "cidr: \"\(block)\" is of IPv4; write it as such")
        }
    }

    private mutating func refuse(_ path: [String], _ problem: String) {
        refusals.append(PatternError(path: path, problem: problem))
    }
}
