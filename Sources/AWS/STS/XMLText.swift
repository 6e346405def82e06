/// The text of the first element whose own name and whose parents' names, innermost last, end with
/// `path`; `nil` when there is none or the text is no XML.
///
/// Reads what a query-protocol service answers: prefixes of names and attributes are skipped,
/// character references, CDATA sections and comments are understood, white space around the text is
/// dropped. No document type, no external entities: what is not understood is `nil`, never guessed.
package func xmlText(of path: [String], in document: String) -> String? {
    var reader = XMLReader(document)
    return reader.text(of: path[...])
}

private struct XMLReader {
    private var rest: Substring
    private var open: [Substring] = []

    /// Deeper than any answer of a service.
    private static let deepest = 64

    init(_ document: String) {
        rest = document[...]
    }

    mutating func text(of path: ArraySlice<String>) -> String? {
        while let mark = rest.firstIndex(of: "<") {
            rest = rest[mark...]
            if skip("<!--", through: "-->") || skip("<?", through: "?>")
                || skip("<![CDATA[", through: "]]>")
            {
                continue
            }
            guard let end = rest.firstIndex(of: ">") else { return nil }
            let tag = rest[rest.index(after: mark)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.first == "/" {
                guard open.popLast() == localName(tag.dropFirst()) else { return nil }
            } else if tag.last != "/" {
                open.append(localName(tag))
                guard open.count <= Self.deepest else { return nil }
                if open.suffix(path.count).elementsEqual(path, by: ==) { return content() }
            }
        }
        return nil
    }

    /// Up to the end of the element just opened, which must have no child.
    private mutating func content() -> String? {
        var text = ""
        while let mark = rest.firstIndex(of: "<") {
            guard let plain = unescaped(rest[..<mark]) else { return nil }
            text += plain
            rest = rest[mark...]
            let section = rest
            if skip("<![CDATA[", through: "]]>") {
                text += section[..<rest.startIndex].dropFirst("<![CDATA[".count).dropLast(3)
            } else if !skip("<!--", through: "-->") {
                guard rest.hasPrefix("</"), let end = rest.firstIndex(of: ">"),
                    localName(rest[..<end].dropFirst(2)) == open.last
                else { return nil }
                let trimmed = text.drop(while: \.isWhitespace).reversed()
                return String(trimmed.drop(while: \.isWhitespace).reversed())
            }
        }
        return nil
    }

    private mutating func skip(_ start: String, through end: String) -> Bool {
        guard rest.hasPrefix(start) else { return false }
        var tail = rest.dropFirst(start.count)
        while !tail.isEmpty, !tail.hasPrefix(end) { tail.removeFirst() }
        rest = tail.dropFirst(end.count)
        return true
    }

    private func localName(_ tag: Substring) -> Substring {
        let name = tag.prefix { !$0.isWhitespace }
        guard let colon = name.firstIndex(of: ":") else { return name }
        return name[name.index(after: colon)...]
    }
}

private func unescaped(_ text: Substring) -> String? {
    var result = ""
    var rest = text
    while let mark = rest.firstIndex(of: "&") {
        result += rest[..<mark]
        guard let end = rest[mark...].firstIndex(of: ";"),
            let character = entity(rest[rest.index(after: mark)..<end])
        else { return nil }
        result.unicodeScalars.append(character)
        rest = rest[rest.index(after: end)...]
    }
    return result + rest
}

private func entity(_ name: Substring) -> Unicode.Scalar? {
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    default:
        guard name.first == "#" else { return nil }
        let digits = name.dropFirst()
        let isHexadecimal = digits.first == "x"
        return UInt32(isHexadecimal ? digits.dropFirst() : digits, radix: isHexadecimal ? 16 : 10)
            .flatMap(Unicode.Scalar.init)
    }
}
