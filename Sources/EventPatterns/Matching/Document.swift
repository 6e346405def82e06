import JSON

/// What is of interest in a document: its nodes in the order of the text, each object and list
/// before what is in it.
struct Document {
    var nodes: [DocumentNode] = []
    /// The texts that are not in the body as they are: decoded ones, and those of attributes.
    var texts: [UInt8] = []
    /// Why a body is not JSON; nil where it is, or where nobody asked.
    var bodyError: JSONError?
    /// Whether the body is an object or a list in JSON.
    var isBodyJSON = false
}

struct DocumentNode {
    enum Kind: UInt8 {
        case object, list, text, number, `true`, `false`, null
    }

    let kind: Kind
    /// Whether the bytes are in ``Document/texts`` rather than in the text that was read.
    let isCopied: Bool
    /// Its place in the ``FieldTree``; that of the list for an element of one.
    let field: Int32
    let start: Int32
    let length: Int32
    /// The first node that is not in this one.
    var end: Int32
}
