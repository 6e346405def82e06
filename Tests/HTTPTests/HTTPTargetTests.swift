import HTTP
import Testing

struct HTTPTargetTests {
    @Test(arguments: [
        ("http://h/x", HTTPTarget.web("http://h/x"), "http://h/x"),
        (
            "unix:/run/a.sock", .unix(socket: "/run/a.sock", path: "/"),
            "http+unix://%2Frun%2Fa%2Esock/"
        ),
        (
            "unix:/run/a.sock:/x/y?z=:", .unix(socket: "/run/a.sock", path: "/x/y?z=:"),
            "http+unix://%2Frun%2Fa%2Esock/x/y?z=:"
        ),
        ("unix:/é", .unix(socket: "/é", path: "/"), "http+unix://%2F%C3%A9/"),
    ])
    func `a target is a URL or a socket with a path`(
        text: String, target: HTTPTarget, url: String
    ) {
        #expect(HTTPTarget(text) == target)
        #expect(HTTPTarget(text)?.url == url)
    }

    @Test(arguments: [
        "", "unix:", "unix:/", "unix:x", "unix:/x:y", "unix:/x:", "unix:/x:/a b", "unix:/x:/a#b",
        "unix://x\n:", "ftp://h/", "//h/", "/run/x.sock", "http://",
    ])
    func `what is neither is no target`(text: String) {
        #expect(HTTPTarget(text) == nil)
    }

    @Test(
        arguments: [
            ("https://h:8443/a?b", "h:8443", false, true), ("http://user:pw@h/", "h", false, nil),
            ("http://h:99999/", "h:99999", false, false), ("http://[::1]/", "[::1]", false, nil),
            ("http+unix://%2Frun%2Fa%2esock/x", "/run/a.sock", true, nil),
            ("http+unix://%2Frun%2/x", "%2Frun%2", true, nil),
            ("http:///x", "a URL without a host", false, nil),
        ] as [(String, String, Bool, Bool?)])
    func `an error names the host or the socket alone`(
        url: String, name: String, isSocket: Bool, hasPort: Bool?
    ) {
        let authority = Authority(of: url)
        #expect(authority.description == name)
        #expect(authority.isSocket == isSocket)
        #expect(authority.hasPort == hasPort)
    }
}
