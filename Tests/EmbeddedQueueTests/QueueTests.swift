import EmbeddedQueue
import SQS
import Testing

@Suite struct QueueTests {
    @Test(arguments: [
        ("a", false, true), ("A-z_09", false, true),
        (String(repeating: "a", count: 80), false, true),
        (String(repeating: "a", count: 81), false, false), ("", false, false),
        ("a b", false, false),
        ("a/b", false, false), ("ä", false, false), ("a.fifo", true, true),
        ("a.fifo", false, false),
        ("a", true, false), (".fifo", true, false),
        (String(repeating: "a", count: 75) + ".fifo", true, true),
        (String(repeating: "a", count: 76) + ".fifo", true, false),
    ])
    func `which names a queue may have`(name: String, fifo: Bool, isAllowed: Bool) throws {
        var queue = StoreHarness(seed: 1)
        let code = refusal { try queue.create(name, fifo ? [.fifo(true)] : []) }
        #expect(code == (isAllowed ? nil : .invalidParameterValue))
        #expect(queue.store.queueNames == (isAllowed ? [name] : []))
    }

    @Test func `creating again compares only the settings given`() throws {
        var queue = StoreHarness(seed: 1)
        let settings: [QueueSetting] = [.delay(.seconds(5)), .visibilityTimeout(.seconds(7))]
        try queue.create("q", settings)
        try queue.send("x")
        try queue.create("q")
        try queue.create("q", [.delay(.seconds(5))])
        #expect(refusal { try queue.create("q", [.delay(.seconds(6))]) } == .queueNameExists)
        #expect(try queue.counts() == [0, 0, 1])
    }

    @Test func `settings change all together or not at all`() throws {
        var queue = try StoreHarness()
        queue.pass(.seconds(5))
        let refused: [QueueSetting] = [.delay(.seconds(9)), .contentBasedDeduplication(true)]
        #expect(
            refusal { try queue.ask(.changeSettings(of: "q", refused)) } == .invalidAttributeName)
        #expect(queue.store.view(of: "q")?.settings == QueueSettings())
        try queue.ask(.changeSettings(of: "q", [.delay(.seconds(9)), .maximumMessageSize(2_048)]))
        let answer = try queue.ask(.describeQueue("q"))
        guard case .description(let found) = answer else { throw UnexpectedAnswer(answer) }
        #expect(found.settings.delay == .seconds(9))
        #expect(found.settings.maximumMessageSize == 2_048)
        #expect(found.modifiedAt - found.createdAt == .seconds(5))
    }

    @Test func `names are listed in order, page by page`() throws {
        var queue = StoreHarness(seed: 1)
        for name in ["b2", "a1", "b1", "b3", "c"] { try queue.create(name) }
        func list(_ page: PageRequest) throws -> NamePage {
            let answer = try queue.ask(.listQueues(prefix: "b", page: page))
            guard case .queues(let page) = answer else { throw UnexpectedAnswer(answer) }
            return page
        }
        #expect(try list(PageRequest()).names == ["b1", "b2", "b3"])
        let first = try list(PageRequest(maximum: 2))
        #expect(first.names == ["b1", "b2"])
        let second = try list(PageRequest(maximum: 2, token: first.nextToken))
        #expect(second == (try list(PageRequest(maximum: 1, token: "b2"))))
        #expect(second.names == ["b3"])
        #expect(second.nextToken == nil)
        #expect(refusal { _ = try list(PageRequest(maximum: 0)) } == .invalidParameterValue)
        #expect(refusal { _ = try list(PageRequest(maximum: 1_001)) } == .invalidParameterValue)
    }

    @Test func `every request of a queue that does not exist is refused alike`() {
        let page = PageRequest()
        let message = NewMessage(SendEntry(id: "1", body: "x"))
        let requests: [StoreRequest] = [
            .deleteQueue("q"), .findQueue("q"), .describeQueue("q"), .changeSettings(of: "q", []),
            .purge("q"), .removePermission("l", from: "q"), .tag("q", [:]), .untag("q", []),
            .listTags("q"),
            .listDeadLetterSources(of: "q", page: page), .send(message, to: "q"),
            .sendBatch([message], to: "q"), .receive(StoreReceive(), from: "q"),
            .delete(receiptHandle: "", from: "q"), .deleteBatch([], from: "q"),
            .changeVisibility(receiptHandle: "", timeout: .zero, in: "q"),
            .changeVisibilityBatch([], in: "q"),
        ]
        var queue = StoreHarness(seed: 1)
        for request in requests {
            #expect(refusal { try queue.ask(request) } == .queueDoesNotExist, "\(request)")
        }
    }

    @Test func `too many tags and keys of the wrong length are refused`() throws {
        var queue = try StoreHarness()
        let many = Dictionary(uniqueKeysWithValues: (0..<51).map { ("\($0)", "") })
        let refused = [many, ["": "x"], [String(repeating: "k", count: 129): "x"]]
        for tags in refused {
            #expect(refusal { try queue.ask(.tag("q", tags)) } == .invalidParameterValue)
        }
        guard case .tags(let tags) = try queue.ask(.listTags("q")) else { return }
        #expect(tags.isEmpty)
    }

    @Test func `a seed replays a store to the last handle`() throws {
        func run(_ seed: UInt64) throws -> [String] {
            var queue = StoreHarness(seed: seed)
            try queue.create("q")
            let ids = try (0..<20).map { try queue.send("\($0)").id }
            return try ids + queue.receive().map(\.receiptHandle)
        }
        #expect(try run(7) == run(7))
        #expect(try Set(run(7)).isDisjoint(with: run(8)))
    }

    @Test func `message ids are UUIDs of version 4`() throws {
        var queue = try StoreHarness()
        for _ in 0..<100 {
            let parts = try queue.send("x").id.split(separator: "-")
            #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
            #expect(parts[2].hasPrefix("4"))
            #expect(["8", "9", "a", "b"].contains(String(parts[3].prefix(1))))
        }
    }

    @Test(
        arguments: [
            ([.encryptionKey("k")], false, "k"), ([.managedEncryption(true)], true, nil),
            ([.managedEncryption(false)], false, nil),
        ] as [([QueueSetting], Bool, String?)])
    func `the service's encryption gives way to a key, and a key to it`(
        settings: [QueueSetting], isManaged: Bool, key: String?
    ) throws {
        for first in [[], [.encryptionKey("old")], [.managedEncryption(true)]] as [[QueueSetting]] {
            var queue = try StoreHarness(first)
            try queue.ask(.changeSettings(of: "q", settings))
            let encryption = try #require(queue.store.view(of: "q")).settings.encryption
            #expect(encryption.isManaged == isManaged)
            if settings != [.managedEncryption(false)] { #expect(encryption.key == key) }
        }
    }

    @Test func `two kinds of encryption at once are refused`() {
        var queue = StoreHarness(seed: 1)
        let both: [QueueSetting] = [.encryptionKey("k"), .managedEncryption(true)]
        #expect(refusal { try queue.create("q", both) } == .invalidAttributeName)
    }

    @Test func `policies are the same that say the same`() throws {
        var queue = StoreHarness(seed: 1)
        func policy(_ text: String) -> QueueSetting { .policy(PolicyDocument(text)) }
        try queue.create("q", [policy(#"{"Version": "1", "Statement": [{"Action": ["a"]}]}"#)])
        try queue.create("q", [policy(#"{"Statement":[{"Action":"a"}],"Version":"1"}"#)])
        #expect(
            refusal { try queue.create("q", [policy(#"{"Version":"2"}"#)]) } == .queueNameExists)
    }

    @Test func `a policy has no more statements than the service takes`() throws {
        var queue = try StoreHarness()
        func permission(_ label: String, accounts: Int = 1) -> StoreRequest {
            .addPermission(
                Permission(
                    label: label, accounts: Array(repeating: "123456789012", count: accounts),
                    actions: ["*"]),
                to: "q")
        }
        #expect(refusal { try queue.ask(permission("many", accounts: 51)) } == .overLimit)
        for number in 0..<20 { try queue.ask(permission("p\(number)")) }
        #expect(refusal { try queue.ask(permission("more")) } == .overLimit)
        let statements = (0..<21).map { #"{"Sid":"\#($0)"}"# }.joined(separator: ",")
        let long = String(repeating: "x", count: 8_192)
        for text in [#"{"Statement":[\#(statements)]}"#, #"{"Id":"\#(long)"}"#] {
            let policy = QueueSetting.policy(PolicyDocument(text))
            #expect(
                refusal { try queue.ask(.changeSettings(of: "q", [policy])) }
                    == .invalidAttributeValue)
        }
    }
}
