import AWS
import Testing

struct EndpointTests {
    private func endpoint(
        _ service: AWSService = .sqs, _ settings: AWSSettings = AWSSettings(),
        environment: Environment = [:], config text: String = "", region: String = "eu-west-1"
    ) throws -> Endpoint {
        let config = try SharedConfig(environment: ["HOME": "/h"]) { path in
            path == "/h/.aws/config" ? Array(text.utf8) : nil
        }
        return try EndpointResolver(
            settings: settings, environment: environment, config: config,
            profile: config.profiles["default"] ?? Profile(name: "default")
        ).endpoint(for: service, in: Region(name: region, source: "test"))
    }

    /// Hosts by botocore's endpoint rule sets.
    @Test(arguments: [
        ("eu-west-1", false, false, "sqs.eu-west-1.amazonaws.com"),
        ("eu-west-1", true, false, "sqs.eu-west-1.api.aws"),
        ("us-east-1", false, true, "sqs-fips.us-east-1.amazonaws.com"),
        ("us-east-1", true, true, "sqs-fips.us-east-1.api.aws"),
        ("cn-north-1", false, false, "sqs.cn-north-1.amazonaws.com.cn"),
        ("cn-north-1", true, false, "sqs.cn-north-1.api.amazonwebservices.com.cn"),
        ("us-gov-west-1", false, true, "sqs.us-gov-west-1.amazonaws.com"),
        ("us-gov-west-1", true, true, "sqs-fips.us-gov-west-1.api.aws"),
        ("eusc-de-east-1", false, false, "sqs.eusc-de-east-1.amazonaws.eu"),
        ("us-isob-east-1", false, false, "sqs.us-isob-east-1.sc2s.sgov.gov"),
        ("zz-new-9", false, false, "sqs.zz-new-9.amazonaws.com"),
    ])
    func `a region has its host`(region: String, dualStack: Bool, fips: Bool, host: String) throws {
        let settings = AWSSettings(useDualStack: dualStack, useFIPS: fips)
        let found = try endpoint(.sqs, settings, region: region)
        #expect(
            found
                == Endpoint(
                    url: "https://\(host)", region: region, isConfigured: false))
        let variables = [
            "AWS_USE_DUALSTACK_ENDPOINT": "\(dualStack)", "AWS_USE_FIPS_ENDPOINT": "\(fips)",
        ]
        #expect(try endpoint(environment: variables, region: region) == found)
        let profile = """
            [default]
            use_dualstack_endpoint = \(dualStack)
            use_fips_endpoint = \(fips)
            """
        #expect(try endpoint(config: profile, region: region) == found)
        let sts = try endpoint(.sts, settings, region: region).url
        #expect(sts == "https://" + host.replacing("sqs", with: "sts"))
    }

    /// As botocore 1.43 addresses a bucket that is in the path.
    @Test(arguments: [
        ("eu-west-1", false, false, "s3.eu-west-1.amazonaws.com"),
        ("eu-west-1", true, false, "s3.dualstack.eu-west-1.amazonaws.com"),
        ("us-east-1", false, true, "s3-fips.us-east-1.amazonaws.com"),
        ("us-east-1", true, true, "s3-fips.dualstack.us-east-1.amazonaws.com"),
        ("cn-north-1", true, false, "s3.dualstack.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", false, true, "s3-fips.us-gov-west-1.amazonaws.com"),
        ("us-isob-east-1", false, false, "s3.us-isob-east-1.sc2s.sgov.gov"),
        ("eusc-de-east-1", false, false, "s3.eusc-de-east-1.amazonaws.eu"),
    ])
    func `S3 has its own hosts`(region: String, dualStack: Bool, fips: Bool, host: String) throws {
        let settings = AWSSettings(useDualStack: dualStack, useFIPS: fips)
        #expect(try endpoint(.s3, settings, region: region).url == "https://\(host)")
        // The URL in the program's own settings is that of SQS.
        let local = AWSSettings(endpointURL: "http://127.0.0.1:9324")
        #expect(try !endpoint(.s3, local, region: region).isConfigured)
        let named = try endpoint(
            .s3, environment: ["AWS_ENDPOINT_URL_S3": "http://127.0.0.1:5000"], region: region)
        #expect(named.isConfigured && named.url == "http://127.0.0.1:5000")
    }

    @Test func `the first that names a URL decides`() throws {
        let config = """
            [default]
            services = local
            endpoint_url = https://profile.example
            [services local]
            sqs =
              endpoint_url = https://services.example/base/
            """
        var environment = [
            "AWS_ENDPOINT_URL_SQS": "https://one.example",
            "AWS_ENDPOINT_URL": "https://all.example",
        ]
        let settings = AWSSettings(endpointURL: "https://Flag.example:8443/")
        func url(_ service: AWSService, _ settings: AWSSettings = AWSSettings()) throws -> String {
            try endpoint(service, settings, environment: environment, config: config).url
        }
        #expect(try url(.sqs, settings) == "https://flag.example:8443")
        #expect(try url(.sqs) == "https://one.example")
        #expect(try url(.sts, settings) == "https://all.example")
        environment["AWS_ENDPOINT_URL_SQS"] = nil
        #expect(try url(.sqs) == "https://all.example")
        environment["AWS_ENDPOINT_URL"] = ""
        #expect(try url(.sqs) == "https://services.example/base")
        #expect(try url(.sts) == "https://profile.example")
        environment["AWS_ENDPOINT_URL_STS"] = "https://sts.example"
        #expect(try url(.sts) == "https://sts.example")
        environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "True"
        #expect(try url(.sqs) == "https://sqs.eu-west-1.amazonaws.com")
        #expect(try url(.sts) == "https://sts.eu-west-1.amazonaws.com")
        #expect(try url(.sqs, settings) == "https://flag.example:8443")
    }

    @Test(arguments: [
        ("http://127.0.0.1:9324", false, true), ("http://localhost:4566/", false, true),
        ("http://[::1]:9324", false, true), ("http://10.0.0.1:9324", false, false),
        ("http://10.0.0.1:9324", true, true), ("https://10.0.0.1", false, true),
        ("ftp://localhost", true, false), ("localhost:9324", true, false),
        ("https://user:secret@host", true, false), ("https://host/?a=b", true, false),
    ])
    func `plain http is for this machine`(url: String, allow: Bool, isAccepted: Bool) {
        let settings = AWSSettings(endpointURL: url, allowPlaintext: allow)
        let result = Result { try endpoint(.sqs, settings) }
        switch result {
        case .success: #expect(isAccepted)
        case .failure(let error):
            #expect(!isAccepted)
            #expect(!"\(error)".contains("secret"))
            #expect("\(error)".contains("the endpoint_url setting"))
        }
    }

    @Test func `a URL cannot be combined with FIPS or dual-stack`() {
        let url = ["AWS_ENDPOINT_URL": "https://vpc.example"]
        for settings in [AWSSettings(useFIPS: true), AWSSettings(useDualStack: true)] {
            let error = #expect(throws: SettingError.self) {
                try endpoint(.sqs, settings, environment: url)
            }
            #expect(error?.description.contains("named by AWS_ENDPOINT_URL cannot") == true)
        }
    }

    @Test func `a services section that is not there is named`() {
        let error = #expect(throws: SettingError.self) {
            try endpoint(config: "[default]\nservices = gone")
        }
        #expect(error?.description.contains("\"gone\"") == true)
    }
}
