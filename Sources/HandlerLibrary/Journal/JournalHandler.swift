package import MessageHandling

/// Writes the body of each message out, and is done: the handler of a daemon that was given none.
package struct JournalHandler: Handler {
    private let output: any BodyOutput

    package init(_ output: any BodyOutput) {
        self.output = output
    }

    package func checkAvailability() async throws(HandlerUnavailable) {
        try output.check()
    }

    package func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
        output.write([message], of: context.handlerName)[0]
    }

    package var isBrief: Bool { true }

    package func handle(
        together messages: [(Message, HandlerContext)]
    ) async -> [HandlerResult] {
        guard let handlerName = messages.first?.1.handlerName else { return [] }
        return output.write(messages.map(\.0), of: handlerName)
    }
}
