/// What the command line asks for.
struct Options {
    var seeds: ClosedRange<UInt64> = 0...999
    /// For all targets together, of which each gets its part.
    var minutes: Double?
    var targets: [any FuzzTarget] = allTargets
    /// A file whose bytes are tried, instead of seeds.
    var input: String?
    /// A directory for the inputs that fail.
    var kept: String?
    var xunit: String?
    /// The notebook of this process, which is a worker.
    var worker: String?
    /// Whether the campaigns themselves are tried.
    var isSelfTest = false

    struct Unreadable: Error {
        let argument: String
    }

    init(_ arguments: some Sequence<String>) throws(Unreadable) {
        var rest = arguments.makeIterator()
        var named: [any FuzzTarget] = []
        while let name = rest.next() {
            if name == "--self-test" {
                isSelfTest = true
                continue
            }
            guard let value = rest.next() else { throw Unreadable(argument: name) }
            switch name {
            case "--seeds": seeds = try Self.range(value)
            case "--minutes":
                guard let number = Double(value), number > 0 else {
                    throw Unreadable(argument: "\(name) \(value)")
                }
                minutes = number
                if seeds == 0...999 { seeds = 0...UInt64(Int64.max) }
            case "--target":
                let targets = allTargets + FaultyTarget.all
                guard let target = targets.first(where: { $0.name == value }) else {
                    let known = allTargets.map(\.name).joined(separator: ", ")
                    throw Unreadable(argument: "\(name) \(value); there are \(known)")
                }
                named.append(target)
            case "--input": input = value
            case "--keep": kept = value
            case "--xunit-output": xunit = value
            case "--worker": worker = value
            default: throw Unreadable(argument: "\(name) \(value)")
            }
        }
        if !named.isEmpty { targets = named }
    }

    /// `A-B`, or `A` alone.
    private static func range(_ text: String) throws(Unreadable) -> ClosedRange<UInt64> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            first <= last
        else { throw Unreadable(argument: "--seeds \(text)") }
        return first...last
    }
}
