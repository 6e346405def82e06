import JSON
import SQS

/// What AddPermission lets other accounts do.
package struct Permission: Sendable, Equatable {
    /// Names the statement of the policy.
    let label: String
    let accounts: [String]
    /// Operations, or `*` for all.
    let actions: [String]

    package init(label: String, accounts: [String], actions: [String]) {
        self.label = label
        self.accounts = accounts
        self.actions = actions
    }
}

extension QueueStore {
    /// Adds a statement to the queue's policy, which is kept and has no effect here.
    mutating func addPermission(
        _ permission: Permission, to name: String
    ) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        try check(permission)
        var statements = queues.values[index].statements
        guard statements.count < StoreLimits.policyStatements else {
            throw StoreError(
                .overLimit,
                """
                \(statements.count + 1) Statements were found, maximum allowed is \
                \(StoreLimits.policyStatements).
                """)
        }
        guard !statements.contains(where: { $0["Sid"]?.asText == permission.label }) else {
            throw .value(permission.label, of: "Label", "Already exists.")
        }
        statements.append(permission.statement(on: queues.values[index].arn))
        queues.values[index].setStatements(statements)
        queues.values[index].properties.modifiedAt = present
        return .done
    }

    /// Takes the statement of that label out of the policy, and the policy away with the last.
    mutating func removePermission(
        _ label: String, from name: String
    ) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        let statements = queues.values[index].statements
        let rest = statements.filter { $0["Sid"]?.asText != label }
        guard rest.count < statements.count else {
            throw .value(label, of: "Label", "can't find label on existing policy.")
        }
        queues.values[index].setStatements(rest)
        queues.values[index].properties.modifiedAt = present
        return .done
    }

    private func check(_ permission: Permission) throws(StoreError) {
        let label = permission.label
        guard (1...StoreLimits.name).contains(label.utf8.count),
            label.utf8.allSatisfy(Characters.isNamePart)
        else {
            throw .value(
                label, of: "Label",
                """
                Can only include alphanumeric characters, hyphens, or underscores. \
                1 to \(StoreLimits.name) in length
                """)
        }
        guard permission.actions.count <= StoreLimits.actions else {
            throw StoreError(
                .overLimit,
                """
                \(permission.actions.count) Actions were found, maximum allowed is \
                \(StoreLimits.actions).
                """)
        }
        guard permission.accounts.count <= StoreLimits.policyPrincipals else {
            throw StoreError(
                .overLimit,
                """
                \(permission.accounts.count) Principals were found, maximum allowed is \
                \(StoreLimits.policyPrincipals).
                """)
        }
        for action in permission.actions where !Permission.grantable.contains(action) {
            throw .value(
                "SQS:\(action)", of: "ActionName",
                Permission.ofOwner.contains(action)
                    ? "Only the queue owner is allowed to invoke this action."
                    : "Please refer to the appropriate WSDL for a list of valid actions. ")
        }
        guard permission.accounts.allSatisfy(Permission.isAccount) else {
            throw .value(
                "[\(permission.accounts.joined(separator: ", "))]", of: "PrincipalId",
                "Unable to verify.")
        }
    }
}

extension Permission {
    /// Source: “Amazon SQS API permissions: Actions and resource reference”, less what only the
    /// owner may do.
    fileprivate static let grantable: Set<String> = [
        "*", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl",
        "ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage", "SendMessage",
    ]

    fileprivate static let ofOwner: Set<String> = [
        "AddPermission", "CancelMessageMoveTask", "CreateQueue", "DeleteQueue",
        "ListMessageMoveTasks", "ListQueueTags", "ListQueues", "RemovePermission",
        "SetQueueAttributes", "StartMessageMoveTask", "TagQueue", "UntagQueue",
    ]

    /// An account is 12 digits.
    fileprivate static func isAccount(_ text: String) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    fileprivate func statement(on arn: String) -> JSONValue {
        .object([
            JSONValue.Member("Sid", .text(label)),
            JSONValue.Member("Effect", .text("Allow")),
            JSONValue.Member(
                "Principal",
                .object([
                    JSONValue.Member(
                        "AWS", Self.oneOrList(accounts.map { "arn:aws:iam::\($0):root" }))
                ])),
            JSONValue.Member("Action", Self.oneOrList(actions.map { "SQS:\($0)" })),
            JSONValue.Member("Resource", .text(arn)),
        ])
    }

    /// The service writes a list of one as the one.
    private static func oneOrList(_ texts: [String]) -> JSONValue {
        texts.count == 1 ? .text(texts[0]) : .list(texts.map { .text($0) })
    }
}

extension MessageQueue {
    fileprivate var statements: [JSONValue] { settings.policy?.statements ?? [] }

    fileprivate mutating func setStatements(_ statements: [JSONValue]) {
        let document = settings.policy?.json
        settings.policy =
            statements.isEmpty
            ? nil
            : PolicyDocument(
                .object([
                    JSONValue.Member("Version", document?["Version"] ?? .text("2008-10-17")),
                    JSONValue.Member("Id", document?["Id"] ?? .text(arn + "/SQSDefaultPolicy")),
                    JSONValue.Member("Statement", .list(statements)),
                ]))
    }
}
