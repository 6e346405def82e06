import Dispatch
package import NIOCore
import SQS
import Synchronization

/// Carries requests to the store and its answers back, and wakes it when it asks to be woken.
///
/// It decides nothing. The store is held under a lock for the length of one request; nothing is
/// awaited or resumed under it.
package final class StoreDriver: Sendable {
    package typealias Answer = Result<StoreAnswer, StoreError>

    struct Request {
        let continuation: CheckedContinuation<Answer, Never>
        let connection: ConnectionID?
        let region: String
    }

    struct State {
        var regions: Regions
        /// Requests without an answer yet: with the lock free, the long polls that wait.
        var requests: [CallerID: Request] = [:]
        /// Open connections, each with its requests among the above.
        var connections: [ConnectionID: Set<CallerID>] = [:]
        var lastCaller: UInt64 = 0
        var timer: (at: StoreInstant, task: Scheduled<Void>)?
        var isStopping = false
        /// How far the time is ahead of the clock: what the tests let pass, and what a directory
        /// was ahead by.
        var shift = Duration.zero
        var writing: Writing?
        var activity = Activity()
    }

    /// An answer to hand over once the lock is free.
    struct Resumption {
        let continuation: CheckedContinuation<Answer, Never>
        let answer: Answer
    }

    let state: Mutex<State>
    let eventLoop: any EventLoop
    let clock = StoreClock()
    /// Where the stores are kept; nil where they end with the process. Held while it is written.
    let file = Mutex<StoreFile?>(nil)
    let writer = DispatchQueue(label: "sqs-subscriber.queue-file")

    /// Called when much was freed: when many requests have come and no more do, and after a start.
    let onQuiet: (@Sendable () -> Void)?

    package init(
        regions: Regions, eventLoop: any EventLoop, onQuiet: (@Sendable () -> Void)? = nil
    ) {
        state = Mutex(State(regions: regions))
        self.eventLoop = eventLoop
        self.onQuiet = onQuiet
    }

    /// The answer, as soon as the store has it. A receive of a connection whose client has hung up
    /// is answered empty, so that no message goes to nobody.
    package func perform(
        _ request: StoreRequest, in region: String, on connection: ConnectionID?
    ) async -> Answer {
        await withCheckedContinuation { continuation in
            let resumptions = state.withLock { state in
                begin(
                    Request(continuation: continuation, connection: connection, region: region),
                    request, &state)
            }
            Self.resume(resumptions)
        }
    }

    /// The region whose store carries the request out, and how its queues are addressed.
    func place(
        of request: StoreRequest, named: String?, scope: String?, _ address: QueueAddress
    ) -> (region: String, address: QueueAddress) {
        state.withLock { state in
            let region = state.regions.place(of: request, named: named, scope: scope)
            var address = address
            if region != state.regions.home {
                address.region = region
                address.shared = state.regions.shared
            }
            return (region, address)
        }
    }

    /// Makes the queues of the start, also where they were deleted a moment ago. Those that exist
    /// get the attributes that the start names.
    func createAll(_ queues: [QueueDefinition]) async throws(StoreError) {
        for queue in queues {
            do throws(StoreError) {
                try await create(queue, isSet: true)
            } catch {
                throw StoreError(
                    error.code, "The queue \(queue.text) cannot be created: \(error.message)")
            }
        }
    }

    /// Makes sure that the queue exists, and its dead-letter queue, for clients of every region.
    ///
    /// - Parameter isSet: whether one that exists with other attributes gets these; it is refused
    ///   otherwise.
    func create(_ definition: QueueDefinition, isSet: Bool = false) async throws(StoreError) {
        let home = state.withLock { $0.regions.home }
        let requests = try definition.requests { name in state.withLock { $0.regions.arn(of: name) }
        }
        for request in requests {
            if let name = request.queueName {
                try state.withLock { (state) throws(StoreError) in try state.regions.share(name) }
            }
            do {
                _ = try await perform(request, in: home, on: nil).get()
            } catch {
                guard isSet, error.code == .queueNameExists,
                    case .createQueue(let name, let settings, _) = request
                else { throw error }
                let change = StoreRequest.changeSettings(of: name, settings)
                _ = try await perform(change, in: home, on: nil).get()
            }
        }
    }

    /// Forgets every queue and the time that was passed, and ends every long poll with an empty
    /// answer. Returns when nothing of it is left on the disk either.
    package func reset() async throws(StoreError) {
        let answer = await withCheckedContinuation { continuation in
            let resumptions = state.withLock { state in
                state.shift = .zero
                state.timer?.task.cancel()
                state.timer = nil
                let ended = settle(state.regions.reset(), &state)
                return hold(
                    ended + [Resumption(continuation: continuation, answer: .success(.done))],
                    &state)
            }
            Self.resume(resumptions)
        }
        _ = try answer.get()
    }

    /// Lets so much time pass at once, for the store alone. The time that it is then, also after a
    /// restart.
    package func pass(_ duration: Duration) async throws(StoreError) -> StoreInstant {
        let answer = await withCheckedContinuation { continuation in
            let resumptions = state.withLock { state in
                state.shift += duration
                state.regions.noteTime()
                let deliveries = advance(&state)
                return hold(
                    deliveries + [Resumption(continuation: continuation, answer: .success(.done))],
                    &state)
            }
            Self.resume(resumptions)
        }
        _ = try answer.get()
        return state.withLock { now($0) }
    }

    /// How many long polls wait.
    package var waiting: Int { state.withLock { $0.requests.count } }

    func open(_ connection: ConnectionID) {
        state.withLock { $0.connections[connection] = [] }
    }

    /// The client is gone: its long polls end without having taken a message.
    func hangUp(_ connection: ConnectionID) {
        let abandoned = state.withLock { state in
            (state.connections.removeValue(forKey: connection) ?? []).compactMap { caller in
                state.regions.hangUp(caller)
                return state.requests.removeValue(forKey: caller).map {
                    Resumption(continuation: $0.continuation, answer: .success(.received([])))
                }
            }
        }
        Self.resume(abandoned)
    }

    /// Ends every long poll with an empty answer, and lets none begin.
    func stop() {
        let resumptions = state.withLock { state in
            state.isStopping = true
            state.timer?.task.cancel()
            state.timer = nil
            return hold(settle(state.regions.endAllWaits(), &state), &state)
        }
        Self.resume(resumptions)
    }
}

extension StoreDriver {
    private func begin(
        _ request: Request, _ storeRequest: StoreRequest, _ state: inout State
    ) -> [Resumption] {
        if let failure = state.writing?.failure {
            return [
                Resumption(continuation: request.continuation, answer: .failure(failure.answer))
            ]
        }
        var storeRequest = storeRequest
        if case .receive(var receive, let queue) = storeRequest {
            if let connection = request.connection, state.connections[connection] == nil {
                return [
                    Resumption(
                        continuation: request.continuation, answer: .success(.received([])))
                ]
            }
            if state.isStopping { receive.waitTime = .zero }
            storeRequest = .receive(receive, from: queue)
        }
        state.lastCaller += 1
        watch(&state)
        let caller = CallerID(state.lastCaller)
        state.requests[caller] = request
        if let connection = request.connection { state.connections[connection]?.insert(caller) }
        let deliveries = state.regions.handle(
            storeRequest, in: request.region, from: caller, at: now(state))
        setTimer(&state)
        return hold(settle(deliveries, &state), &state)
    }

    func now(_ state: State) -> StoreInstant { clock.now + state.shift }

    private func wake() {
        Self.resume(state.withLock { hold(advance(&$0), &$0) })
    }

    private func advance(_ state: inout State) -> [Resumption] {
        state.timer?.task.cancel()
        state.timer = nil
        let deliveries = state.regions.advance(to: now(state))
        setTimer(&state)
        return settle(deliveries, &state)
    }

    /// A timer that is set already and comes earlier is left alone: it will find nothing to do and
    /// be set again, which is cheaper than to move it with every request.
    private func setTimer(_ state: inout State) {
        guard !state.isStopping, let wakeUp = state.regions.nextWakeUp() else { return }
        if let timer = state.timer {
            if timer.at <= wakeUp { return }
            timer.task.cancel()
        }
        let delay = max(.zero, wakeUp - now(state))
        let task = eventLoop.scheduleTask(in: TimeAmount(delay)) { self.wake() }
        state.timer = (wakeUp, task)
    }

    func settle(_ deliveries: [StoreDelivery], _ state: inout State) -> [Resumption] {
        deliveries.compactMap { delivery in
            guard let request = state.requests.removeValue(forKey: delivery.caller) else {
                return nil
            }
            if let connection = request.connection {
                state.connections[connection]?.remove(delivery.caller)
            }
            return Resumption(continuation: request.continuation, answer: delivery.answer)
        }
    }

    static func resume(_ resumptions: [Resumption]) {
        for resumption in resumptions {
            resumption.continuation.resume(returning: resumption.answer)
        }
    }
}
