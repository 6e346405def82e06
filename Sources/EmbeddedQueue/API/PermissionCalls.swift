import JSON
import SQS

struct AddPermissionCall: Call {
    let queueURL: String?
    let label: String?
    let accounts: [String]?
    let actions: [String]?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        label = try parameters["Label"]?.text()
        accounts = try parameters["AWSAccountIds"]?.texts()
        actions = try parameters["Actions"]?.texts()
    }

    func request() throws(StoreError) -> StoreRequest {
        let name = try QueueAddress.name(in: queueURL)
        guard let label, !label.isEmpty else { throw .missing("Label") }
        guard let actions, !actions.isEmpty else { throw .missing("Actions") }
        guard let accounts, !accounts.isEmpty else {
            throw .value("[]", of: "PrincipalId", "Unable to verify.")
        }
        return .addPermission(
            Permission(label: label, accounts: accounts, actions: actions), to: name)
    }
}

struct RemovePermissionCall: Call {
    let queueURL: String?
    let label: String?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        label = try parameters["Label"]?.text()
    }

    func request() throws(StoreError) -> StoreRequest {
        let name = try QueueAddress.name(in: queueURL)
        guard let label, !label.isEmpty else { throw .missing("Label") }
        return .removePermission(label, from: name)
    }
}
