import Dispatch
import SQS
import Synchronization

/// What is kept on the disk: an answer goes out when all that it says is there.
///
/// While one group of changes is written, those of the next gather, so that clients at once share
/// one sync. Nobody is answered out of turn: also an answer that changes nothing may tell of what
/// another request changed.
extension StoreDriver {
    /// The state of a driver that keeps its stores on the disk.
    struct Writing {
        /// Answers that wait until what they say is on the disk.
        var held: [Resumption] = []
        var isRunning = false
        /// So many held answers make a group that waits for no more.
        var wanted = 0
        let gathered = DispatchSemaphore(value: 0)
        /// Why nothing can be written any more.
        var failure: StoreFileError?
        /// Told once of the failure.
        let onFailure: @Sendable () -> Void

        init(onFailure: @escaping @Sendable () -> Void) {
            self.onFailure = onFailure
        }

        fileprivate mutating func hold(_ answers: [Resumption]) {
            let isShort = held.count < wanted
            held += answers
            if isShort, held.count >= wanted { gathered.signal() }
        }
    }

    /// Loads what the directory holds, and keeps there what changes from now on.
    ///
    /// - Parameter onFailure: called once, where something cannot be written. From then on every
    ///   request is refused, so that nothing is answered that may be lost.
    /// - Returns: how far the time of what was last written is ahead of this machine's clock. It
    ///   goes on from there.
    package func open(
        _ storage: QueueStorage, onFailure: @escaping @Sendable () -> Void
    ) throws(StoreFileError) -> Duration {
        let empty = state.withLock { $0.regions }
        let present = clock.now
        let (loaded, start) = try file.withLock { (file) throws(StoreFileError) in
            let opened = try StoreFile(directory: storage.directory, sync: storage.sync)
            var regions = empty
            let start = try opened.load(into: &regions, at: present)
            // Nothing of it is read any more.
            opened.releaseMemory()
            file = opened
            return (regions, start)
        }
        state.withLock { state in
            state.regions = loaded
            state.shift = start - present
            state.writing = Writing(onFailure: onFailure)
        }
        onQuiet?()
        return start - present
    }

    /// Closes the file, when what is being written is. What comes after it is not written, and
    /// fails.
    package func close() {
        file.withLock { $0 = nil }
    }

    /// Why nothing can be written any more; nil where all is well.
    var failure: StoreFileError? { state.withLock { $0.writing?.failure } }

    /// Those of the answers that need not wait for the disk: all where nothing is kept on one, and
    /// none but failures where it has failed.
    func hold(_ answers: [Resumption], _ state: inout State) -> [Resumption] {
        if let failure = state.writing?.failure { return Self.failed(answers, failure) }
        guard let isRunning = state.writing?.isRunning else { return answers }
        if !isRunning {
            guard state.regions.hasChanges else { return answers }
            state.writing?.isRunning = true
            writer.async { self.writeAll() }
        }
        state.writing?.hold(answers)
        return []
    }

    /// Writes until nothing is left to write.
    private func writeAll() {
        while let (changes, answers) = state.withLock({ takeGroup(&$0) }) {
            let start = DispatchTime.now()
            do throws(StoreFileError) {
                try file.withLock { (file) throws(StoreFileError) in
                    guard let file else { throw StoreFileError("The queue has ended.") }
                    try file.write(changes)
                }
            } catch {
                return fail(error, answers)
            }
            let spent = DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds
            Self.resume(answers)
            gather(answers.count, afterWriting: spent)
        }
    }

    /// The bounds of how long a group waits, in nanoseconds: what clients on this machine need to
    /// ask again, and what nobody notices.
    private static let patience: ClosedRange<UInt64> = 500_000...5_000_000

    /// Waits for the clients that have just been answered, who ask again together, so that they
    /// share a sync with those that came meanwhile. Without it the two would take turns, each with
    /// a sync for half of all. Half of what a write takes is less than that costs.
    private func gather(_ answered: Int, afterWriting nanoseconds: UInt64) {
        let gathered = state.withLock { state -> DispatchSemaphore? in
            let wanted = answered + (state.writing?.held.count ?? 0)
            state.writing?.wanted = wanted
            guard wanted > 1, let writing = state.writing, writing.held.count < wanted else {
                return nil
            }
            // One that was given for an earlier group counts no more.
            while writing.gathered.wait(timeout: .now()) == .success {}
            return writing.gathered
        }
        let patience = min(max(nanoseconds / 2, Self.patience.lowerBound), Self.patience.upperBound)
        _ = gathered?.wait(timeout: .now() + .nanoseconds(Int(patience)))
    }

    private func takeGroup(_ state: inout State) -> (RegionChanges, [Resumption])? {
        guard let answers = state.writing?.held, !answers.isEmpty || state.regions.hasChanges
        else {
            state.writing?.isRunning = false
            return nil
        }
        state.writing?.held = []
        return (state.regions.takeChanges(), answers)
    }

    private func fail(_ error: StoreFileError, _ answers: [Resumption]) {
        let (all, onFailure) = state.withLock { state in
            let held = state.writing?.held ?? []
            state.writing?.held = []
            state.writing?.failure = error
            let waiting = settle(state.regions.endAllWaits(), &state)
            return (answers + held + waiting, state.writing?.onFailure)
        }
        Self.resume(Self.failed(all, error))
        onFailure?()
    }

    private static func failed(
        _ answers: [Resumption], _ error: StoreFileError
    ) -> [Resumption] {
        answers.map {
            Resumption(continuation: $0.continuation, answer: .failure(error.answer))
        }
    }
}

extension StoreFileError {
    /// What clients are told, who try again.
    var answer: StoreError {
        StoreError(.internalFailure, "The queue cannot write to its disk and ends.")
    }
}
