/// The MD5 digests of a message's body, and of its attributes where it has some, as SQS computes
/// them: in hexadecimal.
package struct ContentDigests: Sendable, Equatable {
    package let body: String
    package let attributes: String?

    package init(body: String, attributes: String?) {
        self.body = body
        self.attributes = attributes
    }
}
