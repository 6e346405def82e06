import JSON

/// An INI file by the rules botocore reads it with, those of Python's `RawConfigParser`:
///
/// - `key = value` or `key: value`; keys are lower-cased, white space around both is dropped;
/// - lines that begin with `#` or `;` are comments, behind a value these are part of it;
/// - a line indented deeper than its key continues the value; a value that begins on such a line is
///   a nested section of its own `key = value` lines (`s3 =`);
/// - a byte order mark at the beginning is passed over, which botocore does not;
/// - the same section or key twice, a line that is neither, a key before any section are errors.
///
/// Other than there a section `[DEFAULT]` has no special meaning.
package struct INIFile: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        case text(String)
        case nested([String: String])
    }

    package struct Section: Sendable, Equatable {
        package let name: String
        package var values: [String: Value] = [:]
    }

    package private(set) var sections: [Section] = []

    /// - Parameter path: for the error, which names the line but never quotes it.
    package init(_ bytes: [UInt8], path: String) throws(SettingError) {
        guard let text = String(validating: bytes.withoutByteOrderMark, as: UTF8.self) else {
            throw SettingError(.invalid, "\(path): not UTF-8 text")
        }
        var parser = Parser(path: path)
        let lines = text.split(omittingEmptySubsequences: false) {
            $0 == "\n" || $0 == "\r\n" || $0 == "\r"
        }
        for line in lines { try parser.read(line) }
        sections = try parser.finish()
    }
}

private struct Parser {
    let path: String
    private var line = 0
    private var sections: [INIFile.Section] = []
    private var names: Set<String> = []
    private var open: OpenKey?
    /// How far the last section or key was indented: deeper lines continue it.
    private var indentation = 0

    private struct OpenKey {
        let key: String
        let line: Int
        var value: [Substring]
    }

    init(path: String) {
        self.path = path
    }

    mutating func read(_ text: Substring) throws(SettingError) {
        line += 1
        let content = text.trimmed
        if content.isEmpty {
            open?.value.append("")
            return
        }
        guard content.first != "#", content.first != ";" else { return }
        let depth = text.prefix(while: \.isWhitespace).count
        if open != nil, depth > indentation {
            open?.value.append(content)
            return
        }
        indentation = depth
        try closeKey()
        if content.first == "[", let end = content.lastIndex(of: "]"),
            content.index(after: content.startIndex) < end
        {
            try openSection(String(content[content.index(after: content.startIndex)..<end]))
        } else {
            try openKey(content)
        }
    }

    mutating func finish() throws(SettingError) -> [INIFile.Section] {
        try closeKey()
        return sections
    }

    private mutating func openSection(_ name: String) throws(SettingError) {
        guard names.insert(name).inserted else { throw error("the section is there twice") }
        sections.append(INIFile.Section(name: name))
    }

    private mutating func openKey(_ content: Substring) throws(SettingError) {
        guard !sections.isEmpty else {
            throw error("a section such as [default] must come before the first key")
        }
        guard let mark = content.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
            throw error("expected key = value or [section]")
        }
        let key = content[..<mark].trimmed.lowercased()
        guard !key.isEmpty else { throw error("the key is missing") }
        guard sections[sections.count - 1].values[key] == nil else {
            throw error("the key is there twice in its section")
        }
        open = OpenKey(
            key: key, line: line, value: [content[content.index(after: mark)...].trimmed])
    }

    private mutating func closeKey() throws(SettingError) {
        guard var key = open else { return }
        open = nil
        while key.value.count > 1, key.value.last?.isEmpty == true { key.value.removeLast() }
        let value: INIFile.Value
        if key.value.count > 1, key.value[0].isEmpty {
            value = .nested(try nested(key))
        } else {
            value = .text(key.value.joined(separator: "\n"))
        }
        sections[sections.count - 1].values[key.key] = value
    }

    private func nested(_ key: OpenKey) throws(SettingError) -> [String: String] {
        var values: [String: String] = [:]
        for line in key.value where !line.isEmpty {
            guard let mark = line.firstIndex(of: "=") else {
                throw SettingError(
                    .invalid,
                    "\(path), below line \(key.line): expected key = value in the nested section")
            }
            values[String(line[..<mark].trimmed)] =
                String(line[line.index(after: mark)...].trimmed)
        }
        return values
    }

    private func error(_ what: String) -> SettingError {
        SettingError(.invalid, "\(path), line \(line): \(what)")
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
