import HTTP
import Testing

struct EncodingTests {
    @Test(
        arguments: [
            ([], ""), ([0], "00"), ([0x0A, 0xFF, 0x10], "0aff10"),
            (Array(repeating: 0xB7, count: 33), String(repeating: "b7", count: 33)),
        ] as [([UInt8], String)])
    func `bytes become two digits each`(bytes: [UInt8], text: String) {
        #expect(String(hexadecimal: bytes) == text)
    }

    @Test(
        arguments: [
            (0, 4, "0000"), (0xAB, 2, "ab"), (0xABC, 2, "abc"), (0x1F90, 8, "00001f90"),
            (.max, 16, "ffffffffffffffff"),
        ] as [(UInt64, Int, String)])
    func `a number has as many digits as it is to have`(number: UInt64, digits: Int, text: String) {
        #expect(String(hexadecimal: number, digits: digits) == text)
    }

    @Test(arguments: [
        ("a-Z.0_9~", "a-Z.0_9~"), ("a b/c", "a%20b%2Fc"), ("é%", "%C3%A9%25"), ("\0", "%00"),
    ])
    func `what is not kept is percent-encoded, and comes back`(text: String, encoded: String) {
        #expect(String(percentEncoding: text, keeping: isUnreserved) == encoded)
        #expect(String(percentDecoding: encoded) == text)
    }

    @Test(arguments: ["%", "%2", "%2G", "%+1", "a%zz", "%FF", "%C3", "%é"])
    func `what is not percent-encoding is not decoded`(text: String) {
        #expect(String(percentDecoding: text) == nil)
    }
}
