import HTTP
import Testing

struct URLPartsTests {
    @Test(
        arguments: [
            ("https://Host.Example", "host.example", "", nil),
            ("HTTP://127.0.0.1:80/a%2Fb/?x=1#f", "127.0.0.1", "/a%2Fb/", "x=1"),
            ("http://[::1]:9324/?", "[::1]:9324", "/", ""),
            ("https://h:443?q=a/b", "h", "", "q=a/b"),
            ("https://h:8443/#?no", "h:8443", "/", nil),
        ] as [(String, String, String, String?)])
    func `a URL is split as written`(url: String, host: String, path: String, query: String?) {
        let parts = URLParts(url)
        #expect(parts?.hostField == host)
        #expect(parts?.path == Substring(path))
        #expect(parts?.query == query.map { Substring($0) })
    }

    @Test(arguments: [
        "", "host", "//host/", "://host/", "https://", "https:///path", "https://user:pw@host/",
        "https://h:port/", "https://h:99999/", "https://h:/", "http://[::1/",
    ])
    func `what no request may go to is refused`(url: String) {
        #expect(URLParts(url) == nil)
    }
}
