import AWS
import Testing

/// Whose word counts for AWS, in place of the system's authorities.
struct CertificateBundleTests {
    private static let config = """
        [default]
        ca_bundle = /default.pem
        [profile p]
        ca_bundle = ~/p.pem
        [profile none]
        region = eu-west-1
        """

    private func find(
        _ environment: Environment, profile: String? = nil
    ) throws -> CertificateBundle? {
        try CertificateBundle.find(
            settings: AWSSettings(profile: profile),
            environment: environment.merging(["HOME": "/h"]) { own, _ in own },
            readFile: { $0 == "/h/.aws/config" ? Array(Self.config.utf8) : nil })
    }

    @Test(
        arguments: [
            ([:], nil, "/default.pem", "ca_bundle of profile \"default\""),
            ([:], "p", "/h/p.pem", "ca_bundle of profile \"p\""),
            (["AWS_PROFILE": "p"], nil, "/h/p.pem", "ca_bundle of profile \"p\""),
            ([:], "none", nil, nil),
            (["AWS_CA_BUNDLE": "/v.pem"], nil, "/v.pem", "AWS_CA_BUNDLE"),
            (["AWS_CA_BUNDLE": "/v.pem"], "p", "/v.pem", "AWS_CA_BUNDLE"),
            (["AWS_CA_BUNDLE": "~/v.pem"], "none", "/h/v.pem", "AWS_CA_BUNDLE"),
            (["AWS_CA_BUNDLE": ""], nil, "/default.pem", "ca_bundle of profile \"default\""),
        ] as [([String: String], String?, String?, String?)])
    func `the variable goes before the profile`(
        environment: [String: String], profile: String?, path: String?, source: String?
    ) throws {
        let bundle = try find(environment, profile: profile)
        #expect(bundle?.path == path)
        #expect(bundle?.source == source)
    }

    @Test func `a profile that is missing is an error`() {
        #expect(throws: SettingError.self) { try find([:], profile: "missing") }
    }
}
