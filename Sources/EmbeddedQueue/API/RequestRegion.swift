import JSON

/// The region that a request names, other than by who signed it.
enum RequestRegion {
    /// The region in the queue's URL, or in the ARN of a move task's queue.
    static func named(in parameters: Parameter) -> String? {
        if let url = text("QueueUrl", parameters) { return QueueAddress.region(in: url) }
        let arn =
            text("SourceArn", parameters)
            ?? text("TaskHandle", parameters).flatMap { try? MoveTaskHandle($0).sourceARN }
        return arn.flatMap { QueueARN($0) }.flatMap { valid($0.region) }
    }

    private static func text(_ name: String, _ parameters: Parameter) -> String? {
        try? parameters[name]?.text()
    }

    /// The region of a signature: `Credential=KEY/DATE/REGION/sqs/aws4_request`, in the header
    /// `Authorization` or in a presigned URL.
    static func scope(authorization: String?, query: Substring) -> String? {
        for text in [authorization?[...], query] {
            guard let text, let start = text.firstRange(of: "Credential=")?.upperBound else {
                continue
            }
            let scope = text[start...].prefix { $0 != "," && $0 != "&" }
                .replacing("%2F", with: "/").replacing("%2f", with: "/").split(separator: "/")
            if scope.count >= 3, let region = valid(String(scope[2])) { return region }
        }
        return nil
    }

    /// Whether it looks like a region, such as `us-gov-west-1`.
    static func valid(_ name: String) -> String? {
        let isRegion =
            name.contains("-") && name.utf8.count <= StoreLimits.name
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
            }
        return isRegion ? name : nil
    }
}
