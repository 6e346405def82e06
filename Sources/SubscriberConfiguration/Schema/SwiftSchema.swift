extension Schema {
    /// `[swift]` of a handler.
    static let swiftKeys = [
        SchemaKey(
            "swift.handler", .text, .unset("the name of this file, without .toml"),
            example: .text("orders"), "The name that the program registered the handler with."),
        SchemaKey(
            "swift.timeout", .duration(.seconds(1)...Limits.lease),
            .unset("as long as SQS lets a message be held, 12h"), example: .duration(.seconds(300)),
            "The handler's task is cancelled after this, unless it extends its time itself."),
    ]
}
