import AWS
import HTTP
import Testing

struct RegionTests {
    private func resolver(
        _ explicit: String? = nil, _ environment: Environment, profile: [String: String] = [:],
        transport: any Transport = DeadTransport()
    ) -> RegionResolver {
        RegionResolver(
            explicit: explicit, environment: environment,
            profile: Profile(name: "p", values: profile.mapValues { .text($0) }),
            metadata: InstanceMetadata(environment: environment, transport: transport))
    }

    @Test func `the first that names a region decides`() async throws {
        let queue = "arn:aws:sqs:from-queue-1:123456789012:q"
        var environment = [
            "AWS_REGION": "from-variable-1", "AWS_DEFAULT_REGION": "from-default-1",
        ]
        let profile = ["region": "from-profile-1"]
        var found = try await resolver("from-flag-1", environment, profile: profile)
            .region(forQueue: queue)
        #expect(found == Region(name: "from-flag-1", source: "the region setting"))
        found = try await resolver("", environment, profile: profile).region(forQueue: queue)
        #expect(found.name == "from-queue-1")
        found = try await resolver(nil, environment, profile: profile).region(forQueue: "q")
        #expect(found == Region(name: "from-variable-1", source: "AWS_REGION"))
        environment["AWS_REGION"] = ""
        found = try await resolver(nil, environment, profile: profile).region()
        #expect(found.name == "from-default-1")
        environment["AWS_DEFAULT_REGION"] = nil
        found = try await resolver(nil, environment, profile: profile).region()
        #expect(found == Region(name: "from-profile-1", source: "region of profile \"p\""))
    }

    @Test(.timeLimit(.minutes(1)))
    func `the instance names the region when nothing else does`() async throws {
        let found = try await LocalServer.with(FakeAWS.answer) { server in
            try await resolver(
                nil, ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/"],
                transport: URLSessionTransport()
            ).region()
        }
        #expect(found == Region(name: "eu-central-1", source: "the instance metadata service"))
    }

    @Test func `no region is an error that says what was tried and what to do`() async {
        let error = await #expect(throws: SettingError.self) {
            try await resolver(nil, ["AWS_EC2_METADATA_DISABLED": "true"]).region(forQueue: "q")
        }
        #expect(error?.kind == .missing)
        #expect(
            error?.description
                == "no AWS region. Tried: the region setting; the queue's URL or ARN; AWS_REGION; "
                + "AWS_DEFAULT_REGION; region of profile \"p\"; instance metadata "
                + "(AWS_EC2_METADATA_DISABLED is set). Set AWS_REGION, or region in the [aws] "
                + "section of the configuration.")
    }

    @Test(arguments: ["eu west 1", "eu-west-1.evil.example/", "-a", "a-", "r\u{e9}gion"])
    func `an impossible region is refused`(name: String) async {
        let error = await #expect(throws: SettingError.self) {
            try await resolver(nil, ["AWS_REGION": name]).region()
        }
        #expect(error?.kind == .invalid)
    }
}
