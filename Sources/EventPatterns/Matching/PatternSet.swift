package import JSON

/// Several patterns that are asked together: a document is read once for all of them.
package struct PatternSet: Sendable {
    private let program: Program

    /// - Parameter patterns: nil for one that takes everything.
    package init(_ patterns: [EventPattern?], for subject: EventPattern.Subject) {
        program = Program(patterns, for: subject)
    }

    /// Which of the patterns take a JSON document, in their order.
    /// - Throws: where it is not JSON (RFC 8259), or no object.
    package func matches(event: String) throws(JSONError) -> [Bool] {
        try evaluate(event: event) { evaluation in
            program.roots.indices.map { evaluation.takes(pattern: $0) }
        }
    }

    /// Which of the patterns take a message, in their order.
    ///
    /// The body is read once, and not at all where no pattern asks for it. A body counts as JSON
    /// where it is an object or a list; every other is a plain text, as is one that is broken or
    /// nested deeper than 512. A pattern that is for the one form does not take the other, whatever
    /// its rules are.
    package func matches(_ message: some MatchableMessage) -> [Bool] {
        evaluate(message) { evaluation in
            program.roots.indices.map { evaluation.takes(pattern: $0) }
        }
    }

    /// Why a pattern does not take a JSON document; nil where it does.
    package func mismatch(
        of pattern: Int, event: String
    ) throws(JSONError) -> PatternMismatch? {
        try evaluate(event: event) { Explanation($0).mismatch(of: pattern) }
    }

    /// Why a pattern does not take a message; nil where it does.
    package func mismatch(of pattern: Int, _ message: some MatchableMessage) -> PatternMismatch? {
        evaluate(message) { Explanation($0).mismatch(of: pattern) }
    }

    private func evaluate<Answer>(
        event: String, _ ask: (Evaluation) -> Answer
    ) throws(JSONError) -> Answer {
        var event = event
        let result = event.withUTF8 { text -> Result<Answer, JSONError> in
            Result { () throws(JSONError) in
                guard JSONReader.firstByte(of: text) == UInt8(ascii: "{") else {
                    throw JSONError(offset: 0, problem: "an event is an object: expected {")
                }
                var builder = DocumentBuilder(program.tree, text: text)
                try builder.readJSON(as: FieldTree.root)
                return answer(builder.document, text, ask)
            }
        }
        return try result.get()
    }

    private func evaluate<Answer>(
        _ message: some MatchableMessage, _ ask: (Evaluation) -> Answer
    ) -> Answer {
        let readsBody = program.tree.child(of: FieldTree.root, named: "body") != nil
        var body = readsBody ? message.body : ""
        return body.withUTF8 { text in
            var builder = DocumentBuilder(program.tree, text: text)
            MessageReader(tree: program.tree, message: message).read(text, into: &builder)
            return answer(builder.document, text, ask)
        }
    }

    private func answer<Answer>(
        _ document: Document, _ text: UnsafeBufferPointer<UInt8>, _ ask: (Evaluation) -> Answer
    ) -> Answer {
        document.texts.withUnsafeBytes { copied in
            ask(Evaluation(program, document, text: UnsafeRawBufferPointer(text), copied: copied))
        }
    }
}
