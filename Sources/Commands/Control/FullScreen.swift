import Dispatch
import Glibc

/// The terminal as one screen, as long as a command has it: what was on it comes back.
///
/// Source of the sequences: console_codes(4), and xterm's for the alternate screen.
final class FullScreen {
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    private static let exit = "\u{1B}[?25h\u{1B}[?1049l"
    private static let home = "\u{1B}[H"
    private static let clearLine = "\u{1B}[K"
    /// What a terminal has that does not tell.
    private static let usual = (width: 80, height: 24)

    /// Ctrl-Z, which is to be followed by ``suspend()``.
    static let suspendKey: Character = "\u{1A}"

    private var settings = termios()

    init() {
        enter()
    }

    private func enter() {
        tcgetattr(STDIN_FILENO, &settings)
        var raw = settings
        // Keys as they are pressed, unseen. Ctrl-C keeps its meaning; Ctrl-Z is a key (0 is no
        // character, termios(3)), since the screen has to be left before the process stops.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        withUnsafeMutableBytes(of: &raw.c_cc) { $0[Int(VSUSP)] = 0 }
        tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        Terminal.write(Self.enter)
    }

    /// Gives the terminal back to the shell, and returns when the shell has brought the process
    /// into the foreground again.
    func suspend() {
        leave()
        // Not SIGTSTP, which threads of a pool have blocked.
        raise(SIGSTOP)
        enter()
    }

    func leave() {
        Terminal.write(Self.exit)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// Asked for each time: a window may have been resized.
    var size: (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
        else { return Self.usual }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// One write, so that nothing flickers.
    func draw(_ lines: [String]) {
        Terminal.write(Self.home + lines.map { $0 + Self.clearLine }.joined(separator: "\r\n"))
    }
}

/// The keys that are pressed, one after the other. Arrows and page keys come as the letters that
/// mean the same in less(1).
final class Keyboard {
    private static let names: [String: Character] = [
        "\u{1B}[A": "k", "\u{1B}[B": "j", "\u{1B}[5~": "b", "\u{1B}[6~": "f", "\u{1B}[H": "g",
        "\u{1B}OA": "k", "\u{1B}OB": "j",
    ]

    private let source: any DispatchSourceRead

    /// - Parameter pressed: called with each key, and with nil when there is no terminal any more.
    init(_ pressed: @escaping @Sendable (Character?) -> Void) {
        source = DispatchSource.makeReadSource(
            fileDescriptor: STDIN_FILENO, queue: DispatchQueue(label: "keys"))
        source.setEventHandler { @Sendable in
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            guard count > 0 else { return pressed(nil) }
            let text = String(decoding: bytes[..<count], as: UTF8.self)
            for key in Self.keys(text) { pressed(key) }
        }
        source.activate()
    }

    /// What was read at once may be several keys: one that is held down, say. A sequence that is
    /// not known ends it.
    private static func keys(_ text: String) -> [Character] {
        var (keys, rest): ([Character], Substring) = ([], text[...])
        while let first = rest.first {
            if let (sequence, key) = names.first(where: { rest.hasPrefix($0.key) }) {
                keys.append(key)
                rest.removeFirst(sequence.count)
            } else if first == "\u{1B}" {
                break
            } else {
                keys.append(rest.removeFirst())
            }
        }
        return keys
    }

    func close() { source.cancel() }
}
