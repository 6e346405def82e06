import JSON
import SQS

/// One operation of the API: its parameters as JSON carries them, its request of the store, and its
/// answer as JSON.
protocol Call: Sendable {
    init(_ parameters: Parameter) throws(StoreError)

    func request() throws(StoreError) -> StoreRequest

    /// Writes the members of the answer's object.
    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress)
}

extension Call {
    /// Most operations answer an empty object.
    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {}
}
