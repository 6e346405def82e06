/// Sizes in bytes: `1MiB`, `512K`, `1048576`. The suffixes `K`, `M` and `G`, with or without `iB`,
/// are powers of 1024, as in systemd's own settings; `KB` and `MB` mean different things to
/// different people and are not accepted.
package enum ByteSize {
    /// The number of bytes, or nil where the text is not a size or does not fit.
    package static func parse(_ text: String) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let count = Int(digits) else { return nil }
        let suffix = text.dropFirst(digits.count).drop { $0 == " " }
        let unit = units.first { $0.names.contains(String(suffix)) }
        guard let unit else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        return overflow ? nil : bytes
    }

    /// The text with the largest unit that loses nothing: `1MiB`, `1536KiB`, `1000B`.
    package static func format(_ bytes: Int) -> String {
        let unit = units.first { bytes >= $0.bytes && bytes.isMultiple(of: $0.bytes) }
        guard let unit, let name = unit.names.first else { return "\(bytes)B" }
        return "\(bytes / unit.bytes)\(name)"
    }

    private static let units: [(names: [String], bytes: Int)] = [
        (["GiB", "G"], 1 << 30), (["MiB", "M"], 1 << 20), (["KiB", "K"], 1 << 10), (["B", ""], 1),
    ]
}
