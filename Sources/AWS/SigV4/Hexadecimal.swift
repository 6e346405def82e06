/// The 64 lower-case digits of a SHA-256 hash or code.
func hexadecimal(_ hash: some Sequence<UInt8>) -> String {
    let digits: StaticString = "0123456789abcdef"
    return String(unsafeUninitializedCapacity: 64) { buffer in
        var count = 0
        for byte in hash.prefix(32) {
            buffer[count] = digits.utf8Start[Int(byte >> 4)]
            buffer[count + 1] = digits.utf8Start[Int(byte & 15)]
            count += 2
        }
        return count
    }
}
