import ArgumentParser
import Control
import Daemon
import Glibc

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch what the running daemon does, once a second.",
        discussion: """
            What status shows, live. Keys: q quits, space stops the screen, s sorts, r shows what \
            runs, j, k and the arrows scroll, Ctrl-Z suspends, h helps. The terminal is left as it \
            was.
            """)

    @OptionGroup
    var control: ControlOptions

    private enum Event: Sendable {
        case report(Result<ControlClient.Answer, any Error>)
        case key(Character)
        case stop
    }

    private static let interval = Duration.seconds(1)
    private static let patience = Duration.seconds(10)

    func run() async throws {
        guard Terminal.isInteractive(.output), Terminal.isInputInteractive else {
            throw CommandFailure(.unavailable, "top needs a terminal; see status --json").exit()
        }
        let client: ControlClient
        do {
            client = try control.client()
            _ = try await client.ask("GET", "/status", within: Self.patience).checked()
        } catch {
            throw CommandFailure(.unavailable, "\(error)").exit()
        }
        let (events, source) = AsyncStream<Event>.makeStream()
        let signals = SignalListener()
        await signals.start()
        let tasks = [
            Task {
                // A SIGHUP says that the terminal has gone.
                for await signal in signals.signals where signal != .show { source.yield(.stop) }
            },
            Task {
                repeat {
                    do {
                        let answer = try await client.ask("GET", "/status", within: Self.patience)
                        source.yield(.report(.success(try answer.checked())))
                    } catch {
                        source.yield(.report(.failure(error)))
                    }
                } while (try? await Task.sleep(for: Self.interval)) != nil
            },
        ]
        let keys = Keyboard { source.yield($0.map(Event.key) ?? .stop) }
        await show(events)
        keys.close()
        for task in tasks { task.cancel() }
    }

    private func show(_ events: AsyncStream<Event>) async {
        var screen = TopScreen()
        let terminal = FullScreen()
        defer { terminal.leave() }
        for await event in events {
            switch event {
            case .stop: return
            case .report(.success(let answer)): screen.note(answer.body)
            case .report(.failure(let error)): screen.note(problem: "\(error)")
            case .key(FullScreen.suspendKey): terminal.suspend()
            case .key(let key):
                switch screen.press(key, height: terminal.size.height) {
                case .quit: return
                case .nothing: continue
                case .redraw: break
                }
            }
            let (width, height) = terminal.size
            terminal.draw(screen.lines(width: width, height: height, now: time(nil)))
        }
    }
}
