import MessageHandling
import SQS
import Testing

@Suite
struct DigestTests {
    // Computed by Python's hashlib.
    @Test(arguments: [
        ("This is a test message", "fafb00f5732ab283681e124bf8747ed1"),
        ("hé😀", "7510e1df27cb4446ae7f0bad18735f92"),
        ("a\n\"\\\t", "a482012c158c86db14375e18864b7deb"),
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
    ])
    func `the digest of a body is the MD5 of its UTF-8`(body: String, digest: String) {
        #expect(MessageDigests.body(body) == digest)
    }

    // The first two as moto 5.2.1 answers them, the third by the documented algorithm in Python.
    @Test(arguments: [
        (
            ["city": MessageAttribute(dataType: "String", value: .text("Any City"))],
            "a6ffb68ea212e1f864e24e589a1bda87"
        ),
        (
            [
                "b": MessageAttribute(dataType: "Binary", value: .binary([0, 1, 2])),
                "n": MessageAttribute(dataType: "Number.int", value: .text("12")),
                "a": MessageAttribute(dataType: "String", value: .text("v")),
            ],
            "8f8e11f746194944777ec3bfb84c60c6"
        ),
        (
            [
                "e_-.9": MessageAttribute(
                    dataType: "String.my-type", value: .text("ü€😀")),
                "Z": MessageAttribute(dataType: "Number", value: .text("1.50")),
                "a": MessageAttribute(
                    dataType: "Binary.gif", value: .binary([0xFF, 0xFE])),
            ],
            "221f110864681a5bc7a63871a72c165e"
        ),
    ])
    func `the digest of attributes is over their sorted encoding`(
        attributes: [String: MessageAttribute], digest: String
    ) {
        #expect(MessageDigests.attributes(attributes) == digest)
    }

    @Test func `no attributes have no digest`() {
        #expect(MessageDigests.attributes([:]) == nil)
    }
}
