import FoundationEssentials
import SubscriberConfiguration
import Testing

struct HTTPSettingsTests {
    private func http(_ text: String) throws -> HTTPHandlerSettings {
        let tree = try ConfigurationTree()
        try tree.write("etc/handlers.d/orders.toml", "queue = \"orders\"\n" + text)
        guard case .http(let settings) = try tree.load().handlers["orders"]?.kind else {
            throw CocoaError(.fileReadUnknown)
        }
        return settings
    }

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

    @Test func `the default of connections is never less than concurrency`() throws {
        let url = "[http]\nurl = \"http://h/\""
        #expect(try http(url).connections == 50)
        #expect(try http("concurrency = 80\n" + url).connections == 80)
        #expect(try http("concurrency = 80\n" + url + "\nconnections = 90").connections == 90)
    }

    @Test func `the files that are named are looked into`() throws {
        let tree = try ConfigurationTree()
        let certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
        let key = "-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n"
        for (name, text) in [("c", certificate), ("k", key), ("s", "secret\n")] {
            try tree.write("etc/" + name, text)
        }
        let folder = tree.path("etc")
        try tree.write(
            "etc/handlers.d/orders.toml",
            """
            queue = "orders"
            [http]
            url = "https://h/"
            ca_file = "\(folder)/c"
            client_certificate_file = "\(folder)/c"
            client_key_file = "\(folder)/k"
            signature_key_file = "\(folder)/s"
            """)
        guard case .http(let settings) = try tree.load().handlers["orders"]?.kind else {
            Issue.record("no http handler")
            return
        }
        #expect(settings.certificateAuthorities == folder + "/c")
        #expect(settings.clientCertificate == folder + "/c")
        #expect(settings.clientKey == folder + "/k")
        #expect(settings.signatureKeyFile == folder + "/s")
    }
}
