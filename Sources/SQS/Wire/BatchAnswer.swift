import JSON

/// What a batch call answers, entry by entry.
struct BatchAnswer {
    var receipts: [Receipt] = []
    var failures: [EntryFailure] = []
}

/// An entry that the service carried out; the fields beyond the id are those of a send.
struct Receipt {
    var id = ""
    var message = SentMessage(id: "")
    var bodyDigest: String?
    var attributesDigest: String?

    /// Whether the service stored what was sent, as far as it says.
    func verified(against entry: SendEntry) -> Result<SentMessage, SQSError> {
        let bodyMatches = bodyDigest.map { $0 == MessageDigests.body(entry.body) } ?? true
        let attributesMatch =
            attributesDigest.map { $0 == MessageDigests.attributes(entry.attributes) } ?? true
        guard bodyMatches, attributesMatch else {
            return .failure(
                SQSError(
                    .transient, code: "MD5Mismatch",
                    "Message \(message.id) was stored with another "
                        + (bodyMatches ? "content of its attributes" : "body")
                        + " than was sent: something between here and SQS alters requests. The "
                        + "queue now holds a damaged copy."))
        }
        return .success(message)
    }
}

/// An entry that the service did not carry out.
struct EntryFailure {
    var id = ""
    var code = ""
    var message = ""
    var isSenderFault = false
}

extension JSONReader {
    mutating func batch() throws(JSONError) -> BatchAnswer {
        var answer = BatchAnswer()
        try object { (reader, name) throws(JSONError) in
            switch name {
            case "Successful":
                try reader.array { (reader) throws(JSONError) in
                    answer.receipts.append(try reader.receipt())
                }
            case "Failed":
                try reader.array { (reader) throws(JSONError) in
                    answer.failures.append(try reader.failure())
                }
            default: try reader.skip()
            }
        }
        return answer
    }

    /// An entry of `Successful`, or the answer of SendMessage.
    mutating func receipt() throws(JSONError) -> Receipt {
        var receipt = Receipt()
        try object { (reader, name) throws(JSONError) in
            switch name {
            case "Id": receipt.id = try reader.text() ?? ""
            case "MessageId": receipt.message.id = try reader.text() ?? ""
            case "SequenceNumber": receipt.message.sequenceNumber = try reader.text()
            case "MD5OfMessageBody": receipt.bodyDigest = try reader.digest()
            case "MD5OfMessageAttributes": receipt.attributesDigest = try reader.digest()
            default: try reader.skip()
            }
        }
        return receipt
    }

    private mutating func failure() throws(JSONError) -> EntryFailure {
        var failure = EntryFailure()
        try object { (reader, name) throws(JSONError) in
            switch name {
            case "Id": failure.id = try reader.text() ?? ""
            case "Code": failure.code = try reader.text() ?? ""
            case "Message": failure.message = try reader.text() ?? ""
            case "SenderFault": failure.isSenderFault = try reader.text() == "true"
            default: try reader.skip()
            }
        }
        return failure
    }
}
