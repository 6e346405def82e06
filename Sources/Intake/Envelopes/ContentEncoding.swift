import MessageHandling

/// What the sender says that the body is encoded with, in the attribute `Content-Encoding`: a list
/// as in HTTP (RFC 9110 section 8.4), such as `gzip,base64`, in small letters.
struct ContentEncoding {
    private let codings: [Substring]

    /// Nil where nothing is said.
    init?(of message: Message) {
        guard !message.attributes.isEmpty,
            let value = message.attributes.first(where: { Self.isName($0.key) })?.value.text
        else { return nil }
        codings = value.lowercased().split { $0 == "," || $0 == ";" || $0 == "+" || $0 == " " }
    }

    var isBase64: Bool { codings.contains("base64") }
    var isCompressed: Bool { codings.contains(where: Self.compressions.contains) }
    /// Whether it is said that there is no coding at all.
    var isPlain: Bool { !codings.isEmpty && codings.allSatisfy(Self.plain.contains) }
    /// A compression that is not undone here.
    var foreign: Substring? { codings.first(where: Self.foreign.contains) }

    /// `Content-Encoding`, `content_encoding`, `ContentEncoding`.
    private static func isName(_ name: String) -> Bool {
        name.lowercased().filter { $0 != "-" && $0 != "_" } == "contentencoding"
    }

    private static let compressions: Set<Substring> = [
        "gzip", "x-gzip", "gz", "zlib", "deflate", "x-deflate",
    ]
    private static let plain: Set<Substring> = ["identity", "none", "plain", "utf-8", "utf8"]
    private static let foreign: Set<Substring> = [
        "br", "brotli", "zstd", "lz4", "snappy", "xz", "lzma", "bzip2", "compress", "x-compress",
    ]
}
