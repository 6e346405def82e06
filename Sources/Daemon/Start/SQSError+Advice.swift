import SQS

extension SQSError {
    /// The error, and what to do where it says none: of a connection that was not made, this room
    /// knows the settings that lead to it.
    var advised: String {
        let advice: String? =
            switch code {
            case "unresolved":
                "Check region and endpoint_url, and whether this machine can look up names."
            case "unreachable":
                "Check endpoint_url, and what is on the way: a firewall, a proxy, no route."
            case "tls":
                "Check endpoint_url; an authority of your own is named by AWS_CA_BUNDLE or "
                    + "ca_bundle of the profile."
            default: nil
            }
        guard let advice else { return description }
        let end = description.hasSuffix(".") ? " " : ". "
        return description + end + advice
    }
}
