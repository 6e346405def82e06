internal import AWS
private import FoundationEssentials
internal import Logging
internal import MessageHandling
private import Synchronization

/// One long-lived process of a function, with the Runtime API that it talks to.
///
/// Knows nothing of messages: invocations go in, answers come out. It dies with the daemon, however
/// that ends.
final class FunctionProcess: Sendable {
    /// What the process did. Told one after the other; ``ended(_:output:)`` is the last.
    enum News: Sendable {
        /// It asks for an invocation. After `staleAt` it is to be replaced.
        case ready(staleAt: Duration?)
        /// It answered; with the last that it printed during the invocation, where the answer may
        /// be about a failure.
        case answered(FunctionAnswer, output: String?)
        case failedToStart(String)
        /// It ended; with the last that it printed: since its start, or during the last invocation.
        case ended(String, output: String?)
    }

    /// What is needed to start it.
    struct Plan: Sendable {
        let settings: LambdaSettings
        let source: EventSource
        /// `nil`: the settings pass none on.
        let credentials: LambdaDependencies.CredentialSource?
        let clock: FunctionClock
        let logger: Logger
    }

    /// How long before their expiry credentials are not handed to another invocation: the daemon
    /// has newer ones by then.
    private static let longestLead: TimeInterval = 5 * 60

    fileprivate struct State {
        var session = RuntimeSession()
        /// Given before the request for it had come to wait.
        var invocation: Invocation?
        var waiter: CheckedContinuation<Invocation?, Never>?
        var staleAt: Duration?
    }

    /// The moment by which it has to be gone once its task is cancelled.
    let deadline = CancellationDeadline()
    private let plan: Plan
    private let log: FunctionLog
    private let catchUp = OutputCatchUp()
    private let report: @Sendable (News) async -> Void
    private let state = Mutex(State())

    init(_ plan: Plan, report: @escaping @Sendable (News) async -> Void) {
        self.plan = plan
        self.report = report
        log = FunctionLog(plan.logger)
    }

    /// Starts the process and returns when it has ended. Cancelling the task ends its process
    /// group.
    func run() async {
        var text = "its process was not started"
        do throws(CannotStart) {
            let server = try await serve()
            do throws(CannotStart) {
                let launch = try await launch(api: server.address)
                text = "its process ended with \(try await run(launch).status)"
            } catch {
                end()
                await server.stop()
                throw error
            }
            end()
            await server.stop()
        } catch {
            if !Task.isCancelled { await report(.failedToStart(error.reason)) }
        }
        await report(.ended(text, output: log.tail))
    }

    /// Gives the process, which is ready, what to do.
    /// - Parameter logger: for what it prints meanwhile.
    func give(_ invocation: Invocation, logger: Logger) {
        log.begin(logger)
        let waiter = state.withLock { state in
            state.session.begin(invocation.requestID)
            if state.waiter == nil { state.invocation = invocation }
            return state.takeWaiter()
        }
        waiter?.resume(returning: invocation)
    }

    /// No invocation will come any more.
    private func end() {
        let waiter = state.withLock { state in
            state.session.end()
            return state.takeWaiter()
        }
        waiter?.resume(returning: nil)
    }
}

// The start.
extension FunctionProcess {
    private struct CannotStart: Error {
        let reason: String
    }

    private func serve() async throws(CannotStart) -> RuntimeServer {
        do throws(RuntimeServer.Failure) {
            return try await RuntimeServer.start(self, logger: plan.logger)
        } catch {
            throw CannotStart(
                reason: "cannot open a port on 127.0.0.1 for its Runtime API: \(error.description)")
        }
    }

    private func launch(api: String) async throws(CannotStart) -> ChildLaunch {
        guard !Task.isCancelled else { throw CannotStart(reason: "it is not needed any more") }
        let program = plan.settings.program
        let milliseconds = Int64(Date().timeIntervalSince1970 * 1_000)
        let variables = FunctionEnvironment(plan.settings, source: plan.source).variables(
            api: api,
            logStream: FunctionEnvironment.logStream(
                at: milliseconds, id: TraceID.random(bytes: 16)),
            credentials: try await credentials())
        let searchPath = variables["PATH"]
        let name = program.command.first ?? ""
        guard let path = ProgramPath.resolve(name, searchPath: searchPath) else {
            throw CannotStart(reason: StartDiagnosis.notFound(name, searchPath: searchPath))
        }
        return ChildLaunch(
            program: path, arguments: program.command,
            environment: variables.map { "\($0.key)=\($0.value)" }.sorted(),
            workingDirectory: program.workingDirectory, endsWithDaemon: true)
    }

    private func credentials() async throws(CannotStart) -> Credentials? {
        guard let source = plan.credentials else { return nil }
        let credentials: Credentials
        do throws(CredentialError) {
            credentials = try await source()
        } catch {
            throw CannotStart(reason: "there are no credentials to pass on: \(error.description)")
        }
        if let expiration = credentials.expiration {
            let left = max(0, expiration.timeIntervalSinceNow)
            let usable = left - min(Self.longestLead, left / 2)
            let staleAt = plan.clock.now + .seconds(usable)
            state.withLock { $0.staleAt = staleAt }
        }
        return credentials
    }

    private func run(_ launch: ChildLaunch) async throws(CannotStart) -> ChildEnding {
        let limits = ChildLimits(timeout: ChildLimits.endless, killGrace: LambdaSettings.killGrace)
        do throws(StartFailure) {
            let ending = try await ChildProcess.run(
                launch, limits: limits, output: FunctionOutput(log: log), deadline: deadline,
                catchUp: catchUp
            ).ending
            if let leftovers = ExecResult(ending: ending, memoryKills: { 0 }).leftovers {
                plan.logger.warning("\(leftovers)")
            }
            return ending
        } catch {
            throw CannotStart(
                reason: StartDiagnosis.text(
                    of: error, launch, searchPath: plan.settings.program.searchPath))
        }
    }
}

extension FunctionProcess: RuntimeServer.Delegate {
    func next() async throws(RuntimeAnswer) -> Invocation {
        let (replaced, staleAt) = try state.withLock { state throws(RuntimeAnswer) in
            try state.session.next()
            return (state.takeWaiter(), state.staleAt)
        }
        replaced?.resume(returning: nil)
        await report(.ready(staleAt: staleAt))
        guard let invocation = await invocation() else { throw .closed }
        return invocation
    }

    func respond(to requestID: String, with answer: FunctionAnswer) async throws(RuntimeAnswer) {
        try state.withLock { state throws(RuntimeAnswer) in try state.session.answer(requestID) }
        guard mayTellOfFailure(answer) else { return await report(.answered(answer, output: nil)) }
        // What it printed before it answered may still be in its pipes.
        await catchUp.catchUp()
        await report(.answered(answer, output: log.tail))
    }

    private func mayTellOfFailure(_ answer: FunctionAnswer) -> Bool {
        switch answer {
        case .response: plan.settings.reportsBatchItemFailures
        case .tooLarge, .error: true
        }
    }

    func failToStart(with error: String) async throws(RuntimeAnswer) {
        try state.withLock { state throws(RuntimeAnswer) in try state.session.initError() }
        await report(
            .failedToStart(
                "its initialisation failed: \(error); see its output, and mend the function"))
    }

    private func invocation() async -> Invocation? {
        await withCheckedContinuation { continuation in
            let (given, isOver) = state.withLock { state -> (Invocation?, Bool) in
                if let given = state.invocation {
                    state.invocation = nil
                    return (given, true)
                }
                if state.session.isOver { return (nil, true) }
                state.waiter = continuation
                return (nil, false)
            }
            if isOver { continuation.resume(returning: given) }
        }
    }
}

extension FunctionProcess.State {
    fileprivate mutating func takeWaiter() -> CheckedContinuation<Invocation?, Never>? {
        defer { waiter = nil }
        return waiter
    }
}
