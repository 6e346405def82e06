import Calendar
import FoundationEssentials

/// A moment as Signature Version 4 writes it.
struct SigningMoment: Equatable {
    /// `20150830T123600Z`
    let timestamp: String
    /// `20150830`
    let day: String

    init(_ date: Date) {
        let time = CivilTime(date)
        timestamp = String(unsafeUninitializedCapacity: 16) { buffer in
            write(time.year, digits: 4, to: buffer, at: 0)
            write(time.month, digits: 2, to: buffer, at: 4)
            write(time.day, digits: 2, to: buffer, at: 6)
            buffer[8] = UInt8(ascii: "T")
            write(time.hour, digits: 2, to: buffer, at: 9)
            write(time.minute, digits: 2, to: buffer, at: 11)
            write(time.second, digits: 2, to: buffer, at: 13)
            buffer[15] = UInt8(ascii: "Z")
            return 16
        }
        day = String(timestamp.prefix(8))
    }
}

private func write(
    _ number: Int, digits: Int, to buffer: UnsafeMutableBufferPointer<UInt8>, at offset: Int
) {
    var rest = number
    for index in stride(from: offset + digits - 1, through: offset, by: -1) {
        buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
    }
}
