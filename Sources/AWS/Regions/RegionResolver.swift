/// Finds the region: the first of
///
/// 1. the one given to the program (flag or configuration),
/// 2. the one in the queue's URL or ARN,
/// 3. `AWS_REGION`,
/// 4. `AWS_DEFAULT_REGION`,
/// 5. `region` of the profile,
/// 6. `us-east-1` where SQS is a server on this machine, which has no regions,
/// 7. the instance metadata service.
///
/// botocore knows neither 2 nor 3 (there `AWS_DEFAULT_REGION` alone counts); the other SDKs read
/// `AWS_REGION`, and a queue's own region is never wrong for it.
package struct RegionResolver: Sendable {
    private let explicit: String?
    private let environment: Environment
    private let profile: Profile
    private let metadata: InstanceMetadata
    private let standard: Region?

    /// - Parameter standard: where nothing names one; nil for that of the instance.
    package init(
        explicit: String?, environment: Environment, profile: Profile, metadata: InstanceMetadata,
        standard: Region? = nil
    ) {
        self.standard = standard
        self.explicit = explicit
        self.environment = environment
        self.profile = profile
        self.metadata = metadata
    }

    /// - Parameter queue: a queue's name, URL or ARN, when it is about one.
    /// - Throws: ``SettingError`` when nothing names a region (after asking the metadata service,
    ///   which takes a second at most where there is none), or something names an impossible one.
    package func region(forQueue queue: String? = nil) async throws(SettingError) -> Region {
        let candidates: [(name: String?, source: String)] = [
            (explicit.flatMap { $0.isEmpty ? nil : $0 }, "the region setting"),
            (
                queue.flatMap { try? QueueReference($0) }?.region, "the queue \(queue ?? "")"
            ),
            (environment.setting("AWS_REGION"), "AWS_REGION"),
            (environment.setting("AWS_DEFAULT_REGION"), "AWS_DEFAULT_REGION"),
            (profile["region"], "region of profile \"\(profile.name)\""),
        ]
        for candidate in candidates {
            guard let name = candidate.name else { continue }
            return try checked(Region(name: name, source: candidate.source))
        }
        if let standard { return standard }
        switch await metadata.region() {
        case .text(let name):
            return try checked(Region(name: name, source: "the instance metadata service"))
        case .absent(let reason), .failed(let reason):
            throw SettingError(
                .missing,
                "no AWS region. Tried: the region setting; the queue's URL or ARN; AWS_REGION; "
                    + "AWS_DEFAULT_REGION; region of profile \"\(profile.name)\"; instance "
                    + "metadata (\(reason)). Set AWS_REGION, or region in the [aws] section of the "
                    + "configuration.")
        }
    }

    private func checked(_ region: Region) throws(SettingError) -> Region {
        guard Region.isValid(region.name) else {
            throw SettingError(
                .invalid,
                "\"\(region.name)\", named by \(region.source), is not an AWS region: expected a "
                    + "name such as eu-west-1.")
        }
        return region
    }
}
