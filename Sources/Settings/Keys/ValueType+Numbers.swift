extension ValueType where Value == Int {
    package static func integer(_ range: ClosedRange<Int>) -> ValueType {
        ValueType(
            allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            write: { .integer($0) },
            node: { text throws(Rejection) in
                guard let number = Int(text) else {
                    throw Rejection("\"\(text)\" is not a number")
                }
                return .integer(number)
            },
            read: { node throws(Rejection) in
                guard case .integer(let number) = node else { throw .wrongType(node) }
                return try number.checked(node, in: range)
            })
    }

    /// Bytes, as a number or with a unit.
    package static func size(_ range: ClosedRange<Int>) -> ValueType {
        ValueType(
            allowed: "a size from \(ByteSize.format(range.lowerBound)) to "
                + "\(ByteSize.format(range.upperBound)), such as \"1MiB\"",
            write: { .text(ByteSize.format($0)) }
        ) { node throws(Rejection) in
            switch node {
            case .integer(let bytes): return try bytes.checked(node, in: range)
            case .text(let text):
                guard let bytes = ByteSize.parse(text) else {
                    throw Rejection("\(node.quoted) is not a size")
                }
                return try bytes.checked(node, in: range)
            case .decimal, .boolean, .list, .table, .other: throw .wrongType(node)
            }
        }
    }
}

extension ValueType where Value == Double {
    /// Whole or not.
    package static func number(_ range: ClosedRange<Double>) -> ValueType {
        ValueType(
            allowed: "a number from \(node(of: range.lowerBound).literal) to "
                + node(of: range.upperBound).literal,
            write: { node(of: $0) },
            node: { text throws(Rejection) in
                guard let number = Double(text) else {
                    throw Rejection("\"\(text)\" is not a number")
                }
                return .decimal(number)
            },
            read: { node throws(Rejection) in
                switch node {
                case .integer(let number): return try Double(number).checked(node, in: range)
                case .decimal(let number): return try number.checked(node, in: range)
                case .text, .boolean, .list, .table, .other: throw .wrongType(node)
                }
            })
    }

    private static func node(of number: Double) -> DocumentNode {
        Int(exactly: number).map { .integer($0) } ?? .decimal(number)
    }
}

extension ValueType where Value == [Int] {
    /// A list, which may be empty.
    package static func integers(_ range: ClosedRange<Int>) -> ValueType {
        ValueType(
            allowed: "whole numbers from \(range.lowerBound) to \(range.upperBound), such as "
                + "[\(range.lowerBound), \(range.upperBound)]",
            write: { .list($0.map { .integer($0) }) }
        ) { node throws(Rejection) in
            guard case .list(let items) = node else { throw .wrongType(node) }
            var numbers: [Int] = []
            for item in items {
                guard case .integer(let number) = item else {
                    throw .wrongType(item, inList: true)
                }
                numbers.append(try number.checked(item, in: range))
            }
            return numbers
        }
    }
}

extension ValueType where Value == Duration {
    package static func duration(_ range: ClosedRange<Duration>) -> ValueType {
        ValueType(
            allowed: "a time span \(range.words), such as \"30s\"",
            write: { .text(TimeSpan.format($0)) }
        ) { node throws(Rejection) in try node.duration(in: range) }
    }

    /// A time span without fractions of a second: SQS counts in seconds.
    package static func wholeSeconds(_ range: ClosedRange<Duration>) -> ValueType {
        ValueType(
            allowed: "a time span \(range.words) in whole seconds, such as \"1min 30s\"",
            write: { .text(TimeSpan.format($0)) }
        ) { node throws(Rejection) in
            let duration = try node.duration(in: range)
            guard duration.components.attoseconds == 0 else {
                throw Rejection("\(node.quoted) is not a number of whole seconds")
            }
            return duration
        }
    }
}

extension ValueType where Value == [Duration] {
    /// A list with something in it.
    package static func durations(_ range: ClosedRange<Duration>) -> ValueType {
        ValueType(
            allowed: "time spans \(range.words), such as [\"10s\", \"1min\"]",
            write: { .list($0.map { .text(TimeSpan.format($0)) }) }
        ) { node throws(Rejection) in
            guard case .list(let items) = node else { throw .wrongType(node) }
            guard !items.isEmpty else { throw Rejection("the list is empty") }
            var durations: [Duration] = []
            for item in items { durations.append(try item.duration(in: range)) }
            return durations
        }
    }
}

extension Comparable {
    fileprivate func checked(
        _ node: DocumentNode, in range: ClosedRange<Self>
    ) throws(Rejection) -> Self {
        guard range.contains(self) else { throw Rejection("\(node.quoted) is out of range") }
        return self
    }
}

extension DocumentNode {
    fileprivate func duration(in range: ClosedRange<Duration>) throws(Rejection) -> Duration {
        switch self {
        case .integer(let seconds): return try Duration.seconds(seconds).checked(self, in: range)
        case .text(let text):
            let duration: Duration
            do throws(TimeSpan.ParseError) {
                duration = try TimeSpan.parse(text)
            } catch {
                throw Rejection("\(quoted) \(error.problem)")
            }
            return try duration.checked(self, in: range)
        case .decimal, .boolean, .list, .table, .other: throw .wrongType(self)
        }
    }
}

extension ClosedRange<Duration> {
    fileprivate var words: String {
        "from \(TimeSpan.format(lowerBound)) to \(TimeSpan.format(upperBound))"
    }
}
