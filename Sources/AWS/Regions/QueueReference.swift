import HTTP

/// A queue as an operator names it: by its name, its URL or its ARN.
///
/// Only what the text itself says: nothing is looked up.
package struct QueueReference: Sendable, Hashable, CustomStringConvertible {
    /// The reference as it was written, without white space around it.
    package let text: String
    /// The queue's name: `orders` or `orders.fifo`.
    package let name: String
    /// Where the reference is a URL.
    package let url: String?
    /// Where the reference is an ARN.
    package let arn: String?
    /// The twelve digits of the account, where URL or ARN have them.
    package let accountID: String?
    /// Where the ARN or the host of the URL says it.
    package let region: String?
    /// The group of regions, `aws-cn`: what the ARN says, or what the region is of.
    package let partition: String?

    package var description: String { text }

    /// SQS requires the suffix `.fifo` of FIFO queues, and of no other.
    package var isFIFO: Bool { name.hasSuffix(".fifo") }

    /// Why a text names no queue, in words that follow the quoted text.
    package struct ParseError: Error, Equatable {
        package let problem: String
    }

    package init(_ text: String) throws(ParseError) {
        if text.contains("://") {
            try self.init(url: text)
        } else if text.hasPrefix("arn:") {
            try self.init(arn: text)
        } else {
            guard Self.isName(text) else {
                throw ParseError(problem: "is not a queue name (\(Self.nameRule))")
            }
            self.init(text: text, name: text)
        }
    }

    private init(
        text: String, name: String, url: String? = nil, arn: String? = nil,
        accountID: String? = nil, region: String? = nil, partition: String? = nil
    ) {
        self.text = text
        self.name = name
        self.url = url
        self.arn = arn
        self.accountID = accountID
        self.region = region
        self.partition = partition ?? region.map { Partition.of(region: $0).name }
    }

    private init(url: String) throws(ParseError) {
        guard let parts = WebAddress(url), parts.query == nil, !parts.hasFragment else {
            throw ParseError(problem: "is not the URL of a queue (https://HOST/ACCOUNT/NAME)")
        }
        guard !parts.hasUserInfo else {
            throw ParseError(problem: "has a user name or password, which are not used")
        }
        let path = parts.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard let name = path.last.map(String.init), Self.isName(name) else {
            throw ParseError(problem: "does not end in a queue name (\(Self.nameRule))")
        }
        self.init(
            text: url, name: name, url: url,
            accountID: path.dropLast().last.map(String.init).flatMap(Self.accountID),
            region: QueueHost.region(of: parts.host))
    }

    private init(arn: String) throws(ParseError) {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[1].hasPrefix("aws"), parts[2] == "sqs",
            Region.isValid(parts[3]), let account = Self.accountID(parts[4]), Self.isName(parts[5])
        else {
            throw ParseError(problem: "is not the ARN of a queue (arn:aws:sqs:REGION:ACCOUNT:NAME)")
        }
        self.init(
            text: arn, name: parts[5], arn: arn, accountID: account, region: parts[3],
            partition: parts[1])
    }

    private static let nameRule =
        "letters, digits, - and _, at most 80 with the .fifo that ends a FIFO queue's"

    /// Source: CreateQueue in the SQS API reference, `QueueName`.
    private static func isName(_ text: String) -> Bool {
        let stem = text.hasSuffix(".fifo") ? text.dropLast(5) : text[...]
        return !stem.isEmpty && text.utf8.count <= 80
            && stem.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
    }

    private static func accountID(_ text: String) -> String? {
        text.utf8.count == 12 && text.allSatisfy { ("0"..."9").contains($0) } ? text : nil
    }
}

extension QueueReference {
    /// Whether both may mean the same queue: the names are the same, and account, region and URL do
    /// not contradict each other. A bare name is taken to be in `region`, where that is known.
    package func mayBe(_ other: QueueReference, region: String?) -> Bool {
        guard name == other.name, Self.agree(accountID, other.accountID) else { return false }
        if let url, let otherURL = other.url, self.region == nil, other.region == nil {
            return url == otherURL
        }
        return Self.agree(ownRegion ?? region, other.ownRegion ?? region)
    }

    /// How much the reference says besides the name; for choosing the best of several.
    package var precision: Int { [accountID, region, url].count { $0 != nil } }

    /// A URL of a host that is not AWS's says that no region is meant: it agrees with every region.
    private var ownRegion: String? { region ?? (url == nil ? nil : "") }

    private static func agree(_ one: String?, _ other: String?) -> Bool {
        guard let one, let other, !one.isEmpty, !other.isEmpty else { return true }
        return one == other
    }
}
