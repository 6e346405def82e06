extension Unicode.Scalar {
    /// Whether SQS takes the character in a body or a text attribute: what XML 1.0 allows. Source:
    /// SendMessage in the SQS API reference.
    package var isAllowedInMessages: Bool {
        switch value {
        case 0x9, 0xA, 0xD, 0x20...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
