import HTTP
package import SubscriberEngine

/// One line of a file of completions: `+ TIME ID DELETABLE HANDLER… CHECKSUM` for what is
/// remembered of a message, `- TIME ID CHECKSUM` for one that is forgotten. A handler that rejected
/// the message is followed by `!` and its reason.
///
/// Times are seconds since 1970. Fields are separated by one space; in them, everything but
/// letters, digits and `-._` is percent-encoded. The checksum makes a line that was cut, or that a
/// power failure garbled, count for nothing, rather than for a handler whose name begins alike.
package struct CompletionRecord: Sendable, Equatable {
    let time: Int64
    let change: CompletionChange

    package init(_ change: CompletionChange, time: Int64) {
        self.change = change
        self.time = time
    }

    var messageID: String {
        switch change {
        case .remembered(let completion): completion.messageID
        case .forgotten(let messageID): messageID
        }
    }

    /// Stands between a handler and its reason; names are encoded, so it is none.
    private static let rejected = "!"

    /// The line with its end.
    package var line: String {
        let fields =
            switch change {
            case .remembered(let completion):
                ["+", "\(time)", Self.encode(completion.messageID)]
                    + [completion.isDeletable ? "1" : "0"] + completion.handlers.map(Self.encode)
                    + completion.rejections.flatMap {
                        [Self.encode($0.handler), Self.rejected, Self.encode($0.reason)]
                    }
            case .forgotten(let messageID): ["-", "\(time)", Self.encode(messageID)]
            }
        let text = fields.joined(separator: " ")
        return "\(text) \(Checksum.hexadecimal(of: text))\n"
    }

    /// - Parameter line: without its end; nil where it is not whole.
    package init?(line: Substring) {
        guard let end = line.lastIndex(of: " "),
            line[line.index(after: end)...] == Checksum.hexadecimal(of: line[..<end])
        else { return nil }
        let parts = line[..<end].split(separator: " ", omittingEmptySubsequences: false)
        let fields = parts.compactMap { $0 == "+" ? "+" : String(percentDecoding: $0) }
        guard fields.count == parts.count, fields.count >= 3, let time = Int64(fields[1])
        else { return nil }
        switch (fields[0], fields.count) {
        case ("-", 3):
            self.init(.forgotten(messageID: fields[2]), time: time)
        case ("+", 4...):
            var completion = Completion(
                messageID: fields[2], handlers: [], isDeletable: fields[3] == "1")
            var rest = 4..<fields.count
            while let place = rest.popFirst() {
                guard rest.count >= 2, parts[rest.lowerBound] == Self.rejected else {
                    completion.handlers.append(fields[place])
                    continue
                }
                completion.rejections.append(
                    Completion.Rejection(handler: fields[place], reason: fields[place + 2]))
                rest.removeFirst(2)
            }
            self.init(.remembered(completion), time: time)
        default:
            return nil
        }
    }

    private static func encode(_ text: String) -> String {
        String(percentEncoding: text) { isUnreserved($0) && $0 != UInt8(ascii: "~") }
    }
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): short, and the same in every process, as Swift's own hashes
/// are not. Against accidents, not against malice.
enum Checksum {
    static func hexadecimal(of text: some StringProtocol) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hexadecimal: hash, digits: 16)
    }
}
