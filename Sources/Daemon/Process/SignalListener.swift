import Dispatch
import Glibc

/// The one owner of the process's signals.
///
/// SIGTERM, SIGINT, SIGHUP and SIGUSR1 arrive as elements of ``signals``; SIGPIPE and SIGXFSZ are
/// ignored. Until ``start()`` has returned, a SIGHUP and a SIGUSR1 are lost and a SIGTERM ends the
/// process, as if it had not started.
package actor SignalListener {
    package enum Signal: Sendable, Equatable {
        /// SIGTERM or SIGINT: stop, and at once if it is the second.
        case stop
        /// SIGHUP: read the drop-ins again.
        case reload
        /// SIGUSR1: log what the daemon is doing.
        case show
    }

    package nonisolated let signals: AsyncStream<Signal>
    private let arrivals: AsyncStream<Signal>.Continuation
    private let queue = DispatchQueue(label: "signals")
    /// Kept so that they stay active; released with the listener.
    private var sources: [any DispatchSourceSignal] = []

    package init() {
        (signals, arrivals) = AsyncStream.makeStream()
    }

    /// The first statement of `main`: an early SIGHUP must not end a process that can reload, nor a
    /// SIGUSR1 one that can show its state, and
    /// writing to a closed pipe, or to a file that may grow no further (`LimitFSIZE=`), is an error
    /// to handle, not a reason to die.
    package static func ignoreUntilListening() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        signal(SIGUSR1, SIG_IGN)
    }

    /// Returns once the kernel delivers the signals to this listener. Before that libdispatch has
    /// not installed its signalfd, and a signal would take its default action.
    package func start() async {
        await listen(for: SIGTERM, as: .stop)
        await listen(for: SIGINT, as: .stop)
        await listen(for: SIGHUP, as: .reload)
        await listen(for: SIGUSR1, as: .show)
    }

    /// Stops the daemon as SIGTERM does.
    package nonisolated func stop() {
        arrivals.yield(.stop)
    }

    private func listen(for number: Int32, as meaning: Signal) async {
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        sources.append(source)
        let arrivals = arrivals
        source.setEventHandler { @Sendable in arrivals.yield(meaning) }
        await withCheckedContinuation { (registered: CheckedContinuation<Void, Never>) in
            source.setRegistrationHandler { @Sendable in registered.resume() }
            source.activate()
        }
    }
}
