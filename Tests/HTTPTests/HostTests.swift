import HTTP
import Testing

struct HostTests {
    private static let hosts: [(host: String, isLoopback: Bool)] = [
        ("localhost", true), ("LOCALHOST", true), ("localhost.", true), ("a.localhost", true),
        ("a.LocalHost.", true), ("127.0.0.1", true), ("127.1.2.3", true), ("127.255.255.255", true),
        ("::1", true), ("[::1]", true), ("0:0:0:0:0:0:0:1", true), ("[0:0:0:0:0:0:0:1]", true),
        ("0000::0001", true), ("::0.0.0.1", true), ("::ffff:127.0.0.1", true),
        ("::FFFF:7f00:1", true), ("[::ffff:127.8.9.1]", true),
        // Names and addresses of others.
        ("127.0.0.1.example.com", false), ("localhost.example", false), ("notlocalhost", false),
        ("localhost..", false), (".", false), ("", false), ("128.0.0.1", false),
        ("0.0.0.0", false), ("::", false), ("::2", false), ("[::2]", false), ("1::1", false),
        ("::ffff:128.0.0.1", false), ("::127.0.0.1", false), ("fe80::1", false),
        ("[localhost]", false), ("[127.0.0.1]", false), ("[::1", false), ("::1%lo", false),
        // What resolvers do not read alike.
        ("127.1", false), ("127.0.0", false), ("127", false), ("2130706433", false),
        ("0x7f000001", false), ("0127.0.0.1", false), ("127.0.0.01", false),
        ("127.0.0.+1", false), ("127.0.0.256", false), ("127.0.0.1.", false),
        ("127.0.0.1\0.example.com", false), ("::1\0", false),
    ]

    @Test(arguments: hosts)
    func `this machine is told by its names and addresses`(host: String, isLoopback: Bool) {
        #expect(HTTP.isLoopback(host: host) == isLoopback)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("10.0.0.7", true), ("0.0.0.0", true), ("::1", true),
        ("fe80::1", true),
        ("::ffff:10.0.0.7", true), ("localhost", false), ("10.0.0", false), ("10.0.0.7.", false),
        ("10.0.0.7.example", false), ("[::1]", false), ("", false), ("10.0.0.7\0.example", false),
    ])
    func `an address is no name`(host: String, isAddress: Bool) {
        #expect(HTTP.isAddress(host: host) == isAddress)
    }

    @Test(arguments: [
        ("ops.example", "ops.example"), ("OPS.example.:443", "ops.example"),
        ("10.0.0.7:1", "10.0.0.7"), ("[::1]:80", "::1"), ("[FE80::1]", "fe80::1"), (":80", ""),
        ("a:80:1", "a:80"), ("a:b", "a:b"), ("evil@a", "evil@a"),
    ])
    func `a host is what stands before the port`(authority: String, expected: String) {
        #expect(host(ofAuthority: authority) == expected)
    }

    @Test(arguments: [
        ("http://localhost:8080/", true), ("HTTP://LOCALHOST./", true), ("http://[::1]:1/", true),
        ("http://[0:0:0:0:0:0:0:1]/", true), ("http://[::ffff:127.0.0.1]/", true),
        ("http://127.1/", false), ("http://127.0.0.1.example.com/", false),
    ])
    func `settings and requests agree on it`(url: String, isLoopback: Bool) {
        #expect(URLParts(url)?.isLoopback == isLoopback)
        #expect(WebAddress(url)?.isPlaintextToOthers == !isLoopback)
    }
}
