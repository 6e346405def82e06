/// A quote without its end, or a backslash at the end.
package struct UnbalancedQuotes: Error {}

/// Splits a command line into words as a POSIX shell quotes them, and expands nothing: no
/// variables, no patterns, no comments. The rules of Python's `shlex.split`, which botocore splits
/// with.
package func shellWords(_ text: String) throws(UnbalancedQuotes) -> [String] {
    var splitter = WordSplitter()
    for character in text.unicodeScalars { splitter.read(character) }
    return try splitter.finish()
}

private struct WordSplitter {
    private enum State {
        case between, word, singleQuoted, doubleQuoted
        case escaped(inQuotes: Bool)
    }

    private var state = State.between
    private var words: [String] = []
    private var word = String.UnicodeScalarView()

    mutating func read(_ character: Unicode.Scalar) {
        switch state {
        case .between, .word: readPlain(character)
        case .singleQuoted:
            if character == "'" { state = .word } else { word.append(character) }
        case .doubleQuoted:
            switch character {
            case "\"": state = .word
            case "\\": state = .escaped(inQuotes: true)
            default: word.append(character)
            }
        case .escaped(let inQuotes):
            // Between double quotes a backslash stands for itself before all but these two.
            if inQuotes, character != "\"", character != "\\" { word.append("\\") }
            word.append(character)
            state = inQuotes ? .doubleQuoted : .word
        }
    }

    private mutating func readPlain(_ character: Unicode.Scalar) {
        switch character {
        case " ", "\t", "\r", "\n":
            if case .word = state { endWord() }
            state = .between
        case "'": state = .singleQuoted
        case "\"": state = .doubleQuoted
        case "\\": state = .escaped(inQuotes: false)
        default:
            word.append(character)
            state = .word
        }
    }

    mutating func finish() throws(UnbalancedQuotes) -> [String] {
        switch state {
        case .between: return words
        case .word:
            endWord()
            return words
        case .singleQuoted, .doubleQuoted, .escaped: throw UnbalancedQuotes()
        }
    }

    private mutating func endWord() {
        words.append(String(word))
        word = String.UnicodeScalarView()
    }
}
