import HTTP
import HTTPTransport
import Testing

/// Which proxy a request goes through, by the variables of the environment alone: every proxy and
/// every server is a port where nothing listens, so that errors tell which of them was asked.
@Suite(.timeLimit(.minutes(1)))
struct ProxySettingsTests {
    /// What is connected to for a URL: `nil` for its own host.
    private func proxy(_ url: String, _ environment: [String: String]) async throws -> String? {
        var options = NIOTransport.Options()
        options.proxies = try ProxySettings(environment: environment)
        var proxy: String?
        try await withTransport(options) { transport in
            let error = try await failure(of: transport, HTTPRequest(url: url))
            if let start = error.description.firstRange(of: "the proxy ")?.upperBound {
                proxy = String(error.description[start...].prefix { $0 != " " })
                if proxy?.last == ":" { proxy?.removeLast() }
            }
        }
        return proxy
    }

    @Test(arguments: [
        ("http_proxy", "127.0.0.1:2", "http"), ("HTTP_PROXY", "127.0.0.1:2", "http"),
        ("https_proxy", "127.0.0.1:2", "https"), ("HTTPS_PROXY", "127.0.0.1:2", "https"),
        ("http_proxy", "http://127.0.0.1:2/", "http"), ("http_proxy", "//127.0.0.1:2", "http"),
        ("http_proxy", "http://user:p%40ss@127.0.0.1:2", "http"),
        ("http_proxy", "user:p:w@127.0.0.1:2", "http"), ("https_proxy", "127.0.0.1:2", "https"),
        ("https_proxy", "https://127.0.0.1:2", "https"),
    ])
    func `a variable in either case names the proxy for its scheme`(
        variable: String, value: String, scheme: String
    ) async throws {
        let other = scheme == "http" ? "https" : "http"
        #expect(try await proxy("\(scheme)://localhost:1/", [variable: value]) == "127.0.0.1:2")
        #expect(try await proxy("\(other)://localhost:1/", [variable: value]) == nil)
    }

    @Test func `lower case wins, also where it says that there is none`() async throws {
        let url = "http://localhost:1/"
        let both = ["http_proxy": "127.0.0.1:2", "HTTP_PROXY": "127.0.0.1:3"]
        #expect(try await proxy(url, both) == "127.0.0.1:2")
        #expect(try await proxy(url, ["http_proxy": "", "HTTP_PROXY": "127.0.0.1:3"]) == nil)
        #expect(
            try await proxy(url, ["HTTP_PROXY": "127.0.0.1:3", "REQUEST_METHOD": "GET"]) == nil)
        #expect(
            try await proxy(url, ["http_proxy": "127.0.0.1:2", "REQUEST_METHOD": "GET"])
                == "127.0.0.1:2")
    }

    @Test(arguments: [
        ("*", "http://localhost:1/", true), ("localhost", "http://localhost:1/", true),
        (".localhost", "http://localhost:1/", true), ("localhost", "http://a.localhost:1/", true),
        (".localhost", "http://a.localhost:1/", true),
        ("a.localhost", "http://localhost:1/", false),
        ("host", "http://localhost:1/", false), ("LOCALHOST.", "http://LocalHost:1/", true),
        ("x, localhost ,y", "http://localhost:1/", true), ("", "http://localhost:1/", false),
        ("localhost:1", "http://localhost:1/", true), ("localhost:2", "http://localhost:1/", false),
        ("127.0.0.1", "http://127.0.0.1:1/", true), ("127.0.0.2", "http://127.0.0.1:1/", false),
        ("127.0.0.1:1", "http://127.0.0.1:1/", true),
        ("127.0.0.1:2", "http://127.0.0.1:1/", false),
        ("127.0.0.0/8", "http://127.200.0.1:1/", true),
        ("127.128.0.0/9", "http://127.200.0.1:1/", true),
        ("127.0.0.0/9", "http://127.200.0.1:1/", false),
        ("0.0.0.0/0", "http://127.0.0.1:1/", true), ("0.0.0.0/0", "http://localhost:1/", false),
        ("127.0.0.0/33", "http://127.0.0.1:1/", false), ("::1", "http://[::1]:1/", true),
        ("[::1]:1", "http://[::1]:1/", true), ("::/64", "http://[::1]:1/", true),
        ("fe80::/10", "http://[::1]:1/", false), ("0.1", "http://127.0.0.1:1/", false),
    ])
    func `what no_proxy names goes without, and nothing else`(
        exceptions: String, url: String, isDirect: Bool
    ) async throws {
        for name in ["no_proxy", "NO_PROXY"] {
            let used = try await proxy(url, ["http_proxy": "127.0.0.1:2", name: exceptions])
            #expect((used == nil) == isDirect)
        }
    }

    @Test(arguments: [
        ("socks5://user:secret@proxy:1", "only http and https proxies can be used"),
        ("http://user:secret@", "it is not the URL of a proxy"),
        ("http://user:secret@proxy:0", "it is not the URL of a proxy"),
        ("http://user:secret@proxy:99999", "it is not the URL of a proxy"),
        ("http://user:secret@pro xy", "it is not the URL of a proxy"),
        ("http://us%er:secret@proxy", "its user name or password is not percent-encoded"),
    ])
    func `what is no proxy is refused without a word of its value`(
        value: String, reason: String
    ) {
        let error = #expect(throws: ProxySettings.Problem.self) {
            try ProxySettings(environment: ["HTTPS_PROXY": value])
        }
        #expect(error?.description == "HTTPS_PROXY: \(reason)")
    }

    @Test func `a request that nobody may be between goes to its host`() async throws {
        var options = NIOTransport.Options()
        options.proxies = try ProxySettings(environment: ["http_proxy": "127.0.0.1:2"])
        try await withTransport(options) { transport in
            var request = HTTPRequest(url: "http://127.0.0.1:1/")
            request.isDirect = true
            let error = try await failure(of: transport, request)
            #expect(!error.description.contains("proxy"))
            let other = try await failure(of: transport, HTTPRequest(url: request.url))
            #expect(other.description.contains("the proxy 127.0.0.1:2: cannot connect"))
        }
    }
}
