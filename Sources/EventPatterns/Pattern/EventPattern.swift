package import JSON

/// A valid event pattern: which events, or which messages, are wanted.
///
/// The language is that of Amazon EventBridge ("Comparison operators for use in event patterns") as
/// the library event-ruler documents it, array consistency included: what a pattern asks of an
/// object has to be true of one and the same element where the event has a list of them. A name
/// with dots in it is a field of that name or the one that it leads to, see ``DottedNames``.
package struct EventPattern: Sendable, Equatable {
    /// The pattern as it was written.
    package let source: JSONValue
    let nodes: [PatternNode]

    /// What a pattern is about.
    package enum Subject: Sendable {
        /// A JSON document.
        case event
        /// A message of SQS, as Lambda's event filtering sees it: `body`, `messageAttributes` and
        /// `attributes`.
        case message
    }

    /// - Throws: all that is wrong.
    package init(_ source: JSONValue, for subject: Subject) throws(PatternErrors) {
        var compiler = PatternCompiler()
        let nodes = compiler.compile(source)
        if subject == .message { compiler.checkMessage(source) }
        guard compiler.errors.isEmpty else { throw PatternErrors(errors: compiler.errors) }
        var distribution = Distribution()
        self.nodes = distribution.distribute(nodes)
        guard !distribution.isTooLarge else {
            let problem = """
                more than \(Distribution.maximumAlternatives) combinations of alternatives for the \
                same objects; name fewer objects both in $or and beside it
                """
            throw PatternErrors(errors: [PatternError(path: [], problem: problem)])
        }
        self.source = source
    }
}

/// A condition on an object. An object fits a list of them when it fits all.
indirect enum PatternNode: Sendable, Equatable {
    case field(name: ExactText, FieldPattern)
    /// One of the lists has to fit.
    /// - Parameter isWritten: whether it was written, as `$or`.
    case anyOf([[PatternNode]], isWritten: Bool = true)
}

/// What a pattern asks of a field.
enum FieldPattern: Sendable, Equatable {
    /// - Parameter shown: the rules as JSON, for people.
    case value(ValueTest, shown: String)
    case object([PatternNode])
}
