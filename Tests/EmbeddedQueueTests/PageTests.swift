import EmbeddedQueue
import HTTP
import Testing

/// The pages at `/ui`, as the server writes them.
@Suite(.timeLimit(.minutes(1))) struct PageTests {
    private static let hostile = "<img src=x onerror=\"alert(1)\">&amp;'</pre></textarea>"
    private static let escaped =
        "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;amp;&#39;&lt;/pre&gt;"
        + "&lt;/textarea&gt;"
    private static let queue = "/ui/queues/us-east-1/q"

    /// The token of a page's forms.
    private static func token(_ page: TestClient.Answer) throws -> String {
        let rest = try #require(page.body.firstRange(of: "name=\"token\" value=\"")).upperBound
        return String(page.body[rest...].prefix { $0 != "\"" })
    }

    @Test(arguments: [
        ("GET", "/ui", "localhost", 200), ("HEAD", "/ui/", "127.0.0.1:9324", 200),
        ("GET", "/ui", "queue.test", 200), ("GET", "/ui?find=x&page=9", "[::1]:9324", 200),
        ("GET", "/ui/queues.css", "localhost", 200), ("GET", "/ui/queues.js", "localhost", 200),
        ("GET", "/ui/icon.svg", "localhost", 200), ("GET", queue, "localhost", 200),
        ("GET", "\(queue)/purge", "localhost", 200), ("GET", "\(queue)/delete", "localhost", 200),
        ("GET", "/ui", "evil.example", 421), ("GET", "/ui", "10.0.0.7:9324", 421),
        ("GET", "/ui/queues.js", "localhost.evil.example", 421),
        ("GET", "/ui?find=%zz", "localhost", 400), ("GET", "/ui/nothing", "localhost", 404),
        ("GET", "/ui/queues", "localhost", 404), ("GET", "\(queue)/nothing", "localhost", 404),
        ("GET", "\(queue)/messages/1", "localhost", 404),
        ("GET", "\(queue)/messages/x", "localhost", 404),
        ("GET", "/ui/queues/us-east-1/none", "localhost", 404),
        ("GET", "/ui/queues/us-east-1/%3Cscript%3E", "localhost", 404),
        ("GET", "/ui/queues/../q", "localhost", 404),
        ("GET", "\(queue)/send", "localhost", 405), ("PUT", "/ui", "localhost", 405),
        ("POST", queue, "localhost", 403),
    ])
    func `there are the pages and nothing else, under this machine's names`(
        method: String, target: String, host: String, status: Int
    ) async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                let answer = try await client.visit(method, target, ["Host: \(host)"])
                #expect(answer.status == status)
                guard target.hasPrefix("/ui?") || target.hasPrefix("/ui/") else { return }
                let policy = answer.headers["content-security-policy"] ?? ""
                #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
                #expect(answer.headers["cache-control"] == "no-store")
                #expect(answer.headers["x-content-type-options"] == "nosniff")
            }
        }
    }

    @Test func `what a stranger sent is text wherever it stands`() async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                let token = try Self.token(try await client.visit("GET", Self.queue))
                let sent = try await client.fill(
                    "\(Self.queue)/send", token,
                    [
                        "body": Self.hostile, "group": "<b>group</b>", "attribute.2.name": "name",
                        "attribute.2.type": "String.<b>", "attribute.2.value": Self.hostile,
                    ])
                #expect(sent.status == 303)
                #expect(sent.headers["location"] == "\(Self.queue)?said=send")
                for target in [Self.queue, "\(Self.queue)/messages/1"] {
                    let page = try await client.visit("GET", target)
                    #expect(page.status == 200)
                    #expect(page.body.split(separator: Self.escaped).count == 3)
                    #expect(!page.body.contains("<img") && !page.body.contains("<b>group"))
                }
                let refused = try await client.fill(
                    "\(Self.queue)/send", token, ["body": Self.hostile, "delay": Self.hostile])
                #expect(refused.status == 400)
                // Back in the form, where it can be mended, and in the reason.
                #expect(refused.body.split(separator: Self.escaped).count > 4)
                #expect(!refused.body.contains("<img"))
                let name = try await client.fill("/ui", token, ["name": Self.hostile])
                #expect(name.status == 400 && !name.body.contains("<img"))
                let find = try await client.visit("GET", "/ui?find=%3Cimg%20src%3E")
                #expect(find.status == 200 && !find.body.contains("<img"))
            }
        }
    }

    @Test func `a page holds some messages and leads to the others`() async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                for number in 1...60 {
                    _ = try await client.ask(
                        "SendMessage", #"{"QueueUrl":"q","MessageBody":"number \#(number)."}"#)
                }
                for (query, numbers, links) in [
                    ("", 1...25, ["?from=26#", "?to=\(UInt64.max)#"]),
                    ("?from=26", 26...50, ["?#", "?to=25#", "?from=51#"]),
                    ("?from=51", 51...60, ["?#", "?to=50#"]),
                    ("?to=\(UInt64.max)", 36...60, ["?#", "?to=35#"]),
                    ("?to=35", 11...35, ["?#", "?to=10#", "?from=36#"]),
                    ("?to=10", 1...10, ["?from=11#"]), ("?from=nonsense", 1...25, ["?from=26#"]),
                ] {
                    let page = try await client.visit("GET", Self.queue + query).body
                    #expect(page.split(separator: "\nnumber ").count == numbers.count + 1)
                    #expect(page.contains("\nnumber \(numbers.lowerBound).</pre>"))
                    #expect(page.contains("\nnumber \(numbers.upperBound).</pre>"))
                    for link in links { #expect(page.contains("href=\"\(Self.queue)\(link)")) }
                }
            }
        }
    }

    @Test func `a long body is cut, and whole on a page of its own, JSON in lines`() async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                let long = String(repeating: "ü", count: 20_000) + "END"
                let json = #"{"a":[1,2.50,{}],"b":"<x>\n"}"#
                let token = try Self.token(try await client.visit("GET", Self.queue))
                for body in [long, json, "one\r\ntwo\nthree"] {
                    _ = try await client.fill("\(Self.queue)/send", token, ["body": body])
                }
                let list = try await client.visit("GET", Self.queue).body
                #expect(!list.contains("END") && list.contains("The beginning of 39 KiB"))
                #expect(list.contains("\n{\n  &quot;a&quot;: [\n    1,\n    2.50,\n    {}\n  ],"))
                #expect(list.contains("\none\ntwo\nthree</pre>"))
                let whole = try await client.visit("GET", "\(Self.queue)/messages/1").body
                #expect(whole.contains("üEND</pre>"))
                let second = try await client.visit("GET", "\(Self.queue)/messages/2").body
                #expect(second.contains("{&quot;a&quot;:[1,2.50,{}],&quot;b&quot;:&quot;&lt;x&gt;"))
                // Nothing of it was received.
                #expect(list.contains("never received"))
                let counts = try await client.visit("GET", Self.queue, ["Accept: application/json"])
                #expect(counts.body.contains(#""Available":"3""#))
                #expect(counts.body.contains(#""In flight":"0""#))
            }
        }
    }
}

extension PageTests {
    @Test(
        arguments: [
            (["Origin: http://evil.example"], true), (["Origin: null"], true),
            (["Sec-Fetch-Site: cross-site", "Origin: http://localhost"], true),
            (["Sec-Fetch-Site: same-site"], true), ([], true),
            (["Origin: http://localhost"], false),
            (["Origin: http://localhost:1"], true),
        ])
    func `what another site has a browser ask for is not done`(
        fields: [String], hasToken: Bool
    ) async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                _ = try await client.ask("SendMessage", #"{"QueueUrl":"q","MessageBody":"a"}"#)
                let token = try Self.token(try await client.visit("GET", Self.queue))
                for target in ["send", "purge", "delete", "discard", "redrive", "cancel"] {
                    let answer = try await client.fill(
                        "\(Self.queue)/\(target)", hasToken ? token : "0", ["body": "b"],
                        fields: fields)
                    #expect(answer.status == 403)
                    #expect(answer.body.contains("Nothing was done"))
                }
                let made = try await client.fill(
                    "/ui", hasToken ? token : "0", ["name": "x"],
                    fields: fields)
                #expect(made.status == 403)
                let counts = try await client.ask(
                    "GetQueueAttributes",
                    #"{"QueueUrl":"q","AttributeNames":["ApproximateNumberOfMessages"]}"#)
                #expect(counts.body.contains(#""ApproximateNumberOfMessages":"1""#))
                #expect(try await client.ask("ListQueues", "{}").body.contains("/q\"]"))
            }
        }
    }

    @Test func `what the store refuses the page tells in its words`() async throws {
        try await withServer(queues: ["q", "f.fifo"]) { _, port in
            try await TestClient.connect(to: port) { client in
                let fifo = "/ui/queues/us-east-1/f.fifo"
                let token = try Self.token(try await client.visit("GET", Self.queue))
                for (target, fields, text) in [
                    ("\(fifo)/send", ["body": "b"], "must contain the parameter MessageGroupId"),
                    (
                        "\(fifo)/send", ["body": "b", "group": "g"],
                        "MessageDeduplicationId provided"
                    ),
                    ("\(Self.queue)/send", [:], "must contain the parameter MessageBody"),
                    ("\(Self.queue)/send", ["body": "b", "delay": "901"], "DelaySeconds must be"),
                    (
                        "\(Self.queue)/send",
                        [
                            "body": "b", "attribute.1.name": "n", "attribute.1.type": "Binary",
                            "attribute.1.value": "?",
                        ], "not base64"
                    ),
                    ("\(Self.queue)/redrive", [:], "must be configured as a Dead Letter Queue"),
                    ("\(Self.queue)/cancel", ["task": "x"], "Task does not exist"),
                    (
                        "\(Self.queue)/discard", ["serial": "1", "id": "x"],
                        "not in the queue any more"
                    ),
                    ("/ui", ["name": "a b!"], "alphanumeric"),
                    ("/ui", ["name": "x:Nonsense=1"], "Unknown Attribute Nonsense"),
                ] as [(String, [String: String], String)] {
                    let answer = try await client.fill(target, token, fields)
                    #expect((400..<500).contains(answer.status))
                    let alert = answer.body.split(separator: "role=\"alert\"").last ?? ""
                    #expect(alert.prefix(400).contains(text), "\(target) \(fields)")
                }
            }
        }
    }

    /// Those of a server that others reach are off, unless they are wanted.
    @Test(
        arguments: [
            ("127.0.0.1", false, true), ("localhost", false, true), ("::1", false, true),
            ("0.0.0.0", false, false), ("::", false, false), ("10.0.0.7", false, false),
            ("queue.test", false, false), ("0.0.0.0", true, true),
        ])
    func `the pages are for this machine`(host: String, allowsRemote: Bool, areThere: Bool) {
        var configuration = EmbeddedQueueServer.Configuration(host: host)
        configuration.allowsRemote = allowsRemote
        #expect(configuration.hasPages == areThere)
    }
}

extension TestClient {
    /// Asks for a page.
    fileprivate mutating func visit(
        _ method: String, _ target: String, _ fields: [String] = [], form: String = ""
    ) async throws -> Answer {
        var head = ["\(method) \(target) HTTP/1.1", "Content-Length: \(form.utf8.count)"] + fields
        if !fields.contains(where: { $0.hasPrefix("Host:") }) { head.append("Host: localhost") }
        try await write(head.joined(separator: "\r\n") + "\r\n\r\n" + form)
        return try await method == "HEAD" ? self.head() : answer()
    }

    /// Sends a form of a page.
    fileprivate mutating func fill(
        _ target: String, _ token: String, _ values: [String: String],
        fields: [String] = ["Origin: http://localhost", "Sec-Fetch-Site: same-origin"]
    ) async throws -> Answer {
        let form = values.merging(["token": token]) { $1 }.map { name, value in
            "\(name)=\(String(percentEncoding: value, keeping: isUnreserved))"
        }
        return try await visit("POST", target, fields, form: form.joined(separator: "&"))
    }
}
