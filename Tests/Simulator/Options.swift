/// What the command line asks for.
struct Options {
    var seeds: UInt64 = 2_000
    var base: UInt64 = 0
    var minutes: Double?
    /// One seed, with its trace.
    var seed: UInt64?
    var scenario: String?

    struct Unreadable: Error {
        let argument: String
    }

    init(_ arguments: some Sequence<String>) throws(Unreadable) {
        var rest = arguments.makeIterator()
        while let name = rest.next() {
            guard let value = rest.next() else { throw Unreadable(argument: name) }
            switch (name, UInt64(value), Double(value)) {
            case ("--seeds", let number?, _): seeds = number
            case ("--seed-base", let number?, _): base = number
            case ("--minutes", _, let number?): minutes = number
            case ("--seed", let number?, _): seed = number
            case ("--scenario", _, _): scenario = value
            default: throw Unreadable(argument: "\(name) \(value)")
            }
        }
    }
}
