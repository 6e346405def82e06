import JSON

// What answers have in common, in their wire form.
extension JSONReader {
    /// An object with one member that must be there.
    mutating func requiredText(_ required: String) throws(JSONError) -> String {
        var value: String?
        try object { (reader, name) throws(JSONError) in
            if name == required { value = try reader.text() } else { try reader.skip() }
        }
        guard let value else { throw missing(required) }
        return value
    }

    /// An object of texts.
    mutating func texts() throws(JSONError) -> [String: String] {
        var texts: [String: String] = [:]
        try object { (reader, name) throws(JSONError) in
            texts[name] = try reader.text()
        }
        return texts
    }
}
