import JSON

/// A block of IP addresses (RFC 4632 for IPv4, RFC 4291 for IPv6).
struct AddressBlock: Sendable, Equatable {
    private let network: Address
    private let bits: Int

    /// Why a text is no block, in words that follow it.
    struct Invalid: Error, Equatable {
        let problem: String
    }

    /// - Parameter text: `10.0.0.0/8`, `2001:db8::/32`. Bits beyond the prefix do not count.
    init(_ text: String) throws(Invalid) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Invalid(problem: "has to be an address, one / and a number of bits")
        }
        guard let address = Array(parts[0].utf8).withUnsafeBytes({ Address($0) }) else {
            throw Invalid(problem: "does not begin with an IP address")
        }
        let isNumber = parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber, let bits = Int(parts[1]), bits <= address.width else {
            throw Invalid(problem: "has to end with a number of bits from 0 to \(address.width)")
        }
        self.bits = bits
        network = address.prefix(bits)
    }

    /// Whether the text is an address in the block.
    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let address = Address(text), address.isIPv6 == network.isIPv6 else { return false }
        return address.prefix(bits) == network
    }
}

/// An IP address, as people write it.
private struct Address: Sendable, Equatable {
    let isIPv6: Bool
    private let value: UInt128

    var width: Int { isIPv6 ? 128 : 32 }

    /// The longest way to write one: IPv6 with IPv4 at its end.
    private static let maximumLength = 45

    init?(_ text: UnsafeRawBufferPointer) {
        guard !text.isEmpty, text.count <= Self.maximumLength else { return nil }
        isIPv6 = text.contains(UInt8(ascii: ":"))
        let parsed = isIPv6 ? Self.parseIPv6(text[...]) : Self.parseIPv4(text[...])
        guard let parsed else { return nil }
        value = parsed
    }

    private init(isIPv6: Bool, value: UInt128) {
        self.isIPv6 = isIPv6
        self.value = value
    }

    /// The address with all but the first bits 0.
    func prefix(_ bits: Int) -> Address {
        // A shift by the whole width gives 0, as it has to.
        let low = width - bits
        return Address(isIPv6: isIPv6, value: (value >> low) << low)
    }

    private static func parseIPv4(_ text: Slice<UnsafeRawBufferPointer>) -> UInt128? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: UInt128 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ $0 &- 0x30 < 10 }) else {
                return nil
            }
            let number = part.reduce(0) { $0 * 10 + UInt128($1 - 0x30) }
            guard number <= 255 else { return nil }
            result = result << 8 | number
        }
        return result
    }

    private static func parseIPv6(_ text: Slice<UnsafeRawBufferPointer>) -> UInt128? {
        guard let gap = gap(in: text) else {
            let groups = groups(in: text)
            return groups?.count == 8 ? groups.map(join) : nil
        }
        guard let head = groups(in: text[..<gap]), let tail = groups(in: text[(gap + 2)...]),
            head.count + tail.count < 8
        else { return nil }
        let zeros = [UInt128](repeating: 0, count: 8 - head.count - tail.count)
        return join(head + zeros + tail)
    }

    /// Where `::` stands.
    private static func gap(in text: Slice<UnsafeRawBufferPointer>) -> Int? {
        text.indices.dropLast().first {
            text[$0] == UInt8(ascii: ":") && text[$0 + 1] == UInt8(ascii: ":")
        }
    }

    private static func join(_ groups: [UInt128]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | $1 }
    }

    private static func groups(in text: Slice<UnsafeRawBufferPointer>) -> [UInt128]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt128] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let ipv4 = parseIPv4(part) {
                groups += [ipv4 >> 16, ipv4 & 0xFFFF]
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var group: UInt128 = 0
            for byte in part {
                guard let digit = JSONEscape.hexValue(byte) else { return nil }
                group = group << 4 | UInt128(digit)
            }
            groups.append(group)
        }
        return groups
    }
}
