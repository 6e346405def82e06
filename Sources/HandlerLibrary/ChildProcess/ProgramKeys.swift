import MessageHandling
import Settings

extension ValueType where Value == [String] {
    /// A program and its arguments, which may have fields of a message in them.
    static let command = ValueType(
        allowed: "the program and its arguments, such as [\"/bin/cat\", \"-n\"]",
        write: { .list($0.map { .text($0) }) }
    ) { node throws(Rejection) in
        guard case .list(let items) = node else { throw .wrongType(node) }
        var words: [String] = []
        for item in items {
            guard case .text(let word) = item else { throw .wrongType(item, inList: true) }
            words.append(word)
        }
        guard let program = words.first else { throw Rejection("the list is empty") }
        guard !program.isEmpty else { throw Rejection("the program's name is empty") }
        let quoted = DocumentNode.text(program).quoted
        if program.contains("/"), !program.hasPrefix("/") {
            throw Rejection(
                "\(quoted) is a relative path; give an absolute one, or a name to look up in PATH")
        }
        for word in words {
            do throws(MessageTemplate.UnknownField) {
                _ = try MessageTemplate(word)
            } catch {
                throw Rejection("\(DocumentNode.text(word).quoted): \(error)")
            }
        }
        if (try? MessageTemplate(program))?.constant == nil {
            throw Rejection("\(quoted) takes the program's name from the message")
        }
        return words
    }
}

/// The names of the variables that a handler's file sets for its programs.
enum VariableNames {
    /// What is wrong, by name.
    @Sendable static func problems(in environment: [String: String]) -> [String: String] {
        environment.filter { $0.key.isEmpty || $0.key.contains("=") }
            .mapValues { _ in "the name of a variable is not empty and has no = in it" }
    }
}
