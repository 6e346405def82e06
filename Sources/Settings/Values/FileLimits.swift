/// The limits of what a configuration file may be, each with its reason.
enum FileLimits {
    /// A thousand times a large handler file. A larger file was put there by mistake.
    static let fileSize = 1 << 20
    /// Tables in tables. Schemas need three levels; it keeps the walk through a file shallow.
    static let nesting = 16
    /// A number or a date, which stands in no quotes. None that means something has so many
    /// characters; toml++ 3.3 and 3.4 abort on some of 125 and more.
    static let bareValue = 100
    /// The errors that are told in one go. Nobody mends more of them, and a file of a MiB has room
    /// for 150,000.
    static let errors = 1_000
    /// How much of a wrong value an error repeats.
    static let quotedLength = 80
}
