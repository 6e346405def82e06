import HTTPServer
import Testing

@Suite struct KnownHostsTests {
    @Test(
        arguments: [
            ("127.0.0.1:9325", true), ("127.0.0.1", true), ("localhost:9325", true),
            ("LOCALHOST", true), ("[::1]:9325", true), ("[::1]", true), ("app.localhost", true),
            ("10.0.0.7:9325", true), ("10.0.0.7", true), (nil, true),
            ("evil.example:9325", false), ("evil.example", false), ("10.0.0.8", false),
            ("127.0.0.1.evil.example", false), ("localhost.evil.example", false),
            ("127.0.0.1:9325:1", false), ("[evil.example]", false), ("", false), (":9325", false),
            ("127.0.0.1@evil.example", false),
        ] as [(String?, Bool)])
    func `loopback and the server's own address are known, and no name that leads to it`(
        authority: String?, isKnown: Bool
    ) {
        #expect(KnownHosts.loopback(and: ["10.0.0.7"]).include(authority) == isKnown)
        #expect(KnownHosts.any.include(authority))
    }

    @Test(
        arguments: [
            ("10.0.0.8:9326", true), ("[fe80::1]:9326", true), ("localhost", true),
            ("Ops.Example", true), ("ops.example:443", true), ("evil.example", false),
            ("ops.example.evil", false), ("10.0.0.8.evil.example", false),
        ])
    func `where others are let in no page has its name lead to it, unless that is told`(
        authority: String, isKnown: Bool
    ) {
        #expect(KnownHosts.addresses(and: ["ops.Example"]).include(authority) == isKnown)
    }
}
