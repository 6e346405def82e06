package import MessageHandling

/// A message as environment variables.
package struct MessageEnvironment {
    /// Lists, separated by spaces, the variables that this message should have had and the kernel
    /// would not take. Not set when there are none.
    package static let omittedName = "SQS_OMITTED"

    /// What the program inherits and what its settings set, as `NAME=value` by name.
    private let settings: [(name: String, string: String)]
    private let limit: Int

    /// - Parameter limit: what the kernel accepts for arguments and environment, in bytes.
    package init(_ settings: ExecSettings, limit: Int) {
        let merged = settings.inheritedEnvironment.merging(settings.environment) { $1 }
        self.settings = merged.sorted { $0.key < $1.key }.map { ($0.key, "\($0.key)=\($0.value)") }
        self.limit = limit
    }

    /// The program's environment for this message.
    ///
    /// When there is no room for all, the message's own fields go first, then its attributes in the
    /// order of their names, then the JSON of all of them.
    ///
    /// - Parameters:
    ///   - arguments: what the program is called with; it shares the kernel's limit.
    ///   - credentials: set over everything else of that name.
    package func block(
        for message: Message, arguments: [String], credentials: [String: String] = [:]
    ) -> EnvironmentBlock {
        let fields = Self.fields(of: message)
        let attributes = Self.attributes(of: message)
        let json = [("SQS_MESSAGE_ATTRIBUTES", MessageAttributesJSON.text(message.attributes))]
        let variables = fields + attributes + json

        var names = Set(variables.map(\.0))
        names.insert(Self.omittedName)
        names.formUnion(credentials.keys)
        var block = EnvironmentBlock(limit: limit - Self.markerRoom, arguments: arguments)
        for setting in settings where !names.contains(setting.name) {
            block.addAlways(setting.string)
        }
        for (name, value) in credentials { block.addAlways("\(name)=\(value)") }
        for (name, value) in variables { block.add(name, value) }
        if !block.omitted.isEmpty {
            let list = block.omitted.map(\.name).joined(separator: " ")
            block.addAlways("\(Self.omittedName)=\(list.prefix(Self.markerRoom / 2))")
        }
        return block
    }

    /// Kept free for ``omittedName``. Ten attribute names of 256 characters, the most that SQS
    /// allows, and the fields' take less than half of it.
    private static let markerRoom = 8_192

    private static func fields(of message: Message) -> [(String, String)] {
        let fields: [(String, String?)] = [
            ("SQS_MESSAGE_ID", message.id),
            ("SQS_QUEUE", message.queue.name),
            ("SQS_QUEUE_URL", message.queue.url),
            ("SQS_RECEIVE_COUNT", String(message.receiveCount)),
            ("SQS_SENT_TIMESTAMP", message.sentTimestamp.map { String($0) }),
            ("SQS_FIRST_RECEIVE_TIMESTAMP", message.firstReceiveTimestamp.map { String($0) }),
            ("SQS_MESSAGE_GROUP_ID", message.messageGroupID),
            ("TRACEPARENT", message.traceparent),
            ("_X_AMZN_TRACE_ID", message.traceHeader),
        ]
        return fields.compactMap { name, value in value.map { (name, $0) } }
    }

    /// One variable per attribute, in the order of the attributes' names. Two names can become one
    /// (`a.b` and `a_b`): the attribute whose name needed no change has it, else the first. The
    /// other is in `SQS_MESSAGE_ATTRIBUTES`, under its own name, as all are.
    private static func attributes(of message: Message) -> [(String, String)] {
        var owners: [String: String] = [:]
        for name in message.attributes.keys.sorted() {
            let variable = variableName(ofAttribute: name)
            if owners[variable] == nil || variable == prefix + name { owners[variable] = name }
        }
        return owners.sorted { $0.value < $1.value }.compactMap { variable, name in
            message.attributes[name].map { (variable, $0.environmentValue) }
        }
    }

    private static let prefix = "SQS_ATTR_"

    /// Every character but ASCII letters, digits and `_` becomes `_`.
    static func variableName(ofAttribute name: String) -> String {
        var variable = prefix
        for character in name.unicodeScalars {
            let isKept =
                character.isASCII
                && (character.properties.isAlphabetic || character == "_"
                    || ("0"..."9").contains(character))
            variable.unicodeScalars.append(isKept ? character : "_")
        }
        return variable
    }
}

extension MessageAttribute {
    /// Text and numbers as they are, bytes in base64.
    fileprivate var environmentValue: String { text ?? bytes?.base64 ?? "" }
}
