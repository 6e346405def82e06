import CSystemd
import Glibc
import Synchronization

/// Writes whole lines to a descriptor that others may read slowly or not at all, from any thread.
///
/// A line was taken when ``write(_:)`` returns: by the pipe, not necessarily by who reads it. One
/// that was taken in part only is finished before anything else is written, even if the caller was
/// told that it failed: what reads the stream sees whole lines, and some of them twice.
///
/// Not guaranteed: a process that ends leaves such a line unfinished.
package final class OutputStream: Sendable {
    /// How long a call waits while nothing is taken: what reads may be slow, and is to be spoken of
    /// when it stands still. Little beside the time that a stop has.
    package static let patience = Duration.seconds(5)
    /// How long a line that was begun is still written at after the task was cancelled.
    private static let lastPatience = Duration.seconds(1)
    /// How long a wait lasts before it is looked whether the task was cancelled.
    private static let sliceMilliseconds: UInt32 = 50

    private struct State {
        /// A descriptor of our own; negative where there is none, the reason.
        let descriptor: Int32
        /// What is left of a line that was begun.
        var unfinished: ArraySlice<UInt8> = []
        /// When something was taken last.
        var lastTaken = ContinuousClock.now
    }

    /// The time that a call has.
    private struct Allowance {
        private let start = ContinuousClock.now
        private let patience: Duration
        private var cancelled: ContinuousClock.Instant?

        init(_ patience: Duration) {
            self.patience = patience
        }

        /// Throws where it is time to give up waiting for room.
        /// - Parameter hasBegun: whether a part of the line is out.
        mutating func goOn(lastTaken: ContinuousClock.Instant, hasBegun: Bool)
            throws(OutputFailure)
        {
            let now = ContinuousClock.now
            if Task.isCancelled, cancelled == nil { cancelled = now }
            if let cancelled, !hasBegun || now >= cancelled + lastPatience { throw .cancelled }
            // Whoever waited for its turn waits no second time for a reader that stands still.
            if now >= max(start, lastTaken) + patience { throw .unread }
        }
    }

    private let patience: Duration
    private let state: Mutex<State>

    /// - Parameter descriptor: a pipe, terminal, file or socket. What is written to it does not
    ///   block, yet its mode is left as it is for those who share it.
    package init(descriptor: Int32, patience: Duration = OutputStream.patience) {
        self.patience = patience
        state = Mutex(State(descriptor: sqs_output_open(descriptor)))
    }

    deinit {
        state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
    }

    /// Returns when all of the line was taken. Blocks the thread, until the task is cancelled or
    /// the reader's time is over.
    /// - Parameter line: with its line break.
    package func write(_ line: [UInt8]) throws(OutputFailure) {
        if let failure = write(line, endingAt: [line.count]).failure { throw failure }
    }

    /// Writes several lines as ``write(_:)`` does one, in as few writes as they take. Answers how
    /// many were taken, from the first on, and what was in the way of the next.
    /// - Parameters:
    ///   - lines: one after the other, with their line breaks.
    ///   - ends: where each ends.
    package func write(
        _ lines: [UInt8], endingAt ends: [Int]
    ) -> (taken: Int, failure: OutputFailure?) {
        var allowance = Allowance(patience)
        return state.withLock { state in
            do throws(OutputFailure) {
                try Self.finish(&state, &allowance)
                if Task.isCancelled { throw .cancelled }
            } catch {
                return (0, error)
            }
            state.unfinished = lines[...]
            do throws(OutputFailure) {
                try Self.finish(&state, &allowance)
            } catch {
                let written = state.unfinished.startIndex
                let taken = ends.count { $0 <= written }
                // Of the next there may be a part out, which is to be finished.
                let start = taken == 0 ? 0 : ends[taken - 1]
                state.unfinished = written == start ? [] : lines[written..<ends[taken]]
                return (taken, error)
            }
            return (ends.count, nil)
        }
    }

    /// Throws what the next line would meet, as far as that can be seen without one. Writes what is
    /// left of a line that was begun.
    package func check() throws(OutputFailure) {
        var allowance = Allowance(.zero)
        try state.withLock { state throws(OutputFailure) in
            try Self.finish(&state, &allowance)
            let descriptor = state.descriptor
            let result = descriptor < 0 ? descriptor : sqs_output_check(descriptor)
            guard result == 0 else { throw OutputFailure(code: result) }
        }
    }

    private static func finish(
        _ state: inout State, _ allowance: inout Allowance
    ) throws(OutputFailure) {
        let length = state.unfinished.count
        while !state.unfinished.isEmpty {
            let written = write(state)
            if written >= 0 {
                state.unfinished = state.unfinished.dropFirst(Int(written))
                state.lastTaken = .now
            } else if written == -Int64(EAGAIN) {
                try allowance.goOn(
                    lastTaken: state.lastTaken, hasBegun: state.unfinished.count < length)
                _ = sqs_output_wait(state.descriptor, sliceMilliseconds)
            } else {
                throw OutputFailure(code: Int32(clamping: written))
            }
        }
        state.unfinished = []
    }

    private static func write(_ state: State) -> Int64 {
        guard state.descriptor >= 0 else { return Int64(state.descriptor) }
        return state.unfinished.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            return sqs_output_write(state.descriptor, start, buffer.count)
        }
    }
}
