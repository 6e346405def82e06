import Dispatch
import Glibc
import Systemd
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OutputStreamTests {
    private static let long = Duration.seconds(1000)
    private static let short = Duration.milliseconds(100)

    /// More than a pipe holds: 64 KiB, pipe(7).
    private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20) + [10]

    private static func line(_ text: String) -> [UInt8] { Array("\(text)\n".utf8) }

    private static func failure(_ call: () throws(OutputFailure) -> Void) -> OutputFailure? {
        do throws(OutputFailure) {
            try call()
            return nil
        } catch {
            return error
        }
    }

    /// Fills the pipe with lines of 4 KiB until one is refused; how many were taken.
    private static func fill(_ stream: OutputStream) -> Int {
        let line = [UInt8](repeating: UInt8(ascii: "."), count: 4095) + [10]
        var count = 0
        while failure({ () throws(OutputFailure) in try stream.write(line) }) == nil { count += 1 }
        return count
    }

    @Test func `a line is written as it is, and the descriptor's mode is left alone`()
        async throws
    {
        let pipe = Pipe()
        let before = fcntl(pipe.writer, F_GETFL)
        let stream = OutputStream(descriptor: pipe.writer, patience: Self.long)
        try stream.write(Self.line("<3>a\0\u{1B}[m🦤"))
        #expect(await pipe.read(13) == Self.line("<3>a\0\u{1B}[m🦤"))
        #expect(pipe.unread == 0)
        #expect(fcntl(pipe.writer, F_GETFL) == before)
    }

    @Test func `a full pipe refuses a line in the time that it has, and nothing of it is out`()
        async throws
    {
        let pipe = Pipe()
        let stream = OutputStream(descriptor: pipe.writer, patience: Self.short)
        let taken = Self.fill(stream)
        #expect(taken * 4096 == pipe.unread)
        #expect(
            Self.failure { () throws(OutputFailure) in try stream.write(Self.line("late")) }
                == .unread)
        #expect(Self.failure { () throws(OutputFailure) in try stream.check() } == .unread)
        #expect(await pipe.read(taken * 4096).count == taken * 4096)
        #expect(pipe.unread == 0)
        try stream.check()
        try stream.write(Self.line("again"))
        #expect(await pipe.read(6) == Self.line("again"))
    }

    @Test func `a line that was begun is finished before the next`() async throws {
        let pipe = Pipe()
        let stream = OutputStream(descriptor: pipe.writer, patience: Self.short)
        #expect(
            Self.failure { () throws(OutputFailure) in try stream.write(Self.large) } == .unread)
        #expect(pipe.unread > 0 && pipe.unread < Self.large.count)
        let reading = pipe.reading(Self.large.count + 5)
        try stream.write(Self.line("next"))
        let isIntact = await reading.first { _ in true } == Self.large + Self.line("next")
        #expect(isIntact, "not shown, it is long")
        #expect(pipe.unread == 0)
    }

    @Test func `of lines that are written together those count that were taken whole`()
        async throws
    {
        let pipe = Pipe()
        let stream = OutputStream(descriptor: pipe.writer, patience: Self.short)
        let first = Self.line("a") + Self.line("b")
        let written = stream.write(
            first + Self.large + Self.line("c"),
            endingAt: [2, 4, 4 + Self.large.count, 6 + Self.large.count])
        #expect(written == (taken: 2, failure: .unread))
        // The one that was begun is finished, and the one behind it is not there.
        let reading = pipe.reading(first.count + Self.large.count + 5)
        try stream.write(Self.line("next"))
        let isIntact =
            await reading.first { _ in true } == first + Self.large + Self.line("next")
        #expect(isIntact, "not shown, it is long")
        #expect(pipe.unread == 0)
        #expect(stream.write(first, endingAt: [2, 4]) == (taken: 2, failure: nil))
        #expect(await pipe.read(4) == first)
    }

    @Test func `lines of which none is begun are all refused`() async throws {
        let pipe = Pipe()
        let stream = OutputStream(descriptor: pipe.writer, patience: Self.short)
        let taken = Self.fill(stream)
        let lines = Self.line("a") + Self.line("b")
        #expect(stream.write(lines, endingAt: [2, 4]) == (taken: 0, failure: .unread))
        #expect(await pipe.read(taken * 4096).count == taken * 4096)
        try stream.check()
        #expect(pipe.unread == 0)
    }

    @Test func `a line that was begun is finished by a check, as far as there is room`()
        async throws
    {
        let pipe = Pipe()
        let stream = OutputStream(descriptor: pipe.writer, patience: Self.short)
        #expect(
            Self.failure { () throws(OutputFailure) in try stream.write(Self.large) } == .unread)
        var rest = Self.large.count
        while rest > 0 {
            let unread = pipe.unread
            try #require(unread > 0)
            rest -= await pipe.read(unread).count
            let failure = Self.failure { () throws(OutputFailure) in try stream.check() }
            #expect(failure == (pipe.unread == min(rest, 65_536) && rest >= 65_536 ? .unread : nil))
        }
        #expect(pipe.unread == 0)
    }

    @Test func `who waits for a turn does not wait again for a reader that stands still`()
        async throws
    {
        let pipe = Pipe()
        let stream = OutputStream(descriptor: pipe.writer, patience: .seconds(1))
        _ = Self.fill(stream)
        let start = ContinuousClock.now
        let waiting = DispatchGroup()
        for number in 0..<30 {
            // A thread for each: those of Swift are few.
            DispatchQueue(label: "waiter \(number)").async(group: waiting) {
                let failure = Self.failure { () throws(OutputFailure) in
                    try stream.write(Self.line("x"))
                }
                #expect(failure == .unread)
            }
        }
        await withCheckedContinuation { over in
            waiting.notify(queue: DispatchQueue(label: "over")) { over.resume() }
        }
        // Thirty in turn would take 30 s.
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test func `a cancelled write to a full pipe ends`() async throws {
        let pipe = Pipe()
        _ = Self.fill(OutputStream(descriptor: pipe.writer, patience: Self.short))
        let stream = OutputStream(descriptor: pipe.writer, patience: Self.long)
        let writing = Task {
            Self.failure { () throws(OutputFailure) in try stream.write(Self.line("x")) }
        }
        writing.cancel()
        #expect(await writing.value == .cancelled)
    }

    @Test func `a line that was begun has a second to be finished when its task is cancelled`()
        async throws
    {
        let pipe = Pipe()
        let stream = OutputStream(descriptor: pipe.writer, patience: Self.long)
        let writing = Task {
            Self.failure { () throws(OutputFailure) in try stream.write(Self.large) }
        }
        pipe.onArrival { writing.cancel() }
        #expect(await writing.value == .cancelled)
        #expect(pipe.unread > 0)
    }

    @Test func `a pipe without a reader refuses lines, and a check sees that`() throws {
        let pipe = Pipe()
        let stream = OutputStream(descriptor: pipe.writer, patience: Self.long)
        // Of the two that are closed at the end this is no longer one.
        #expect(dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), pipe.reader) == pipe.reader)
        let refusals = [
            Self.failure { () throws(OutputFailure) in try stream.write(Self.line("x")) },
            Self.failure { () throws(OutputFailure) in try stream.check() },
        ]
        #expect(refusals == [.refused(EPIPE), .refused(EPIPE)])
    }

    @Test(arguments: ["closed", "only for reading"])
    func `what cannot be written to refuses lines, and a check sees that`(kind: String) throws {
        let descriptor = kind == "closed" ? -1 : open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        let stream = OutputStream(descriptor: descriptor, patience: Self.long)
        let refusals = [
            Self.failure { () throws(OutputFailure) in try stream.write(Self.line("x")) },
            Self.failure { () throws(OutputFailure) in try stream.check() },
        ]
        #expect(refusals == [.refused(EBADF), .refused(EBADF)])
    }

    @Test func `a device without room refuses lines`() throws {
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(full) }
        let stream = OutputStream(descriptor: full, patience: Self.long)
        #expect(
            Self.failure { () throws(OutputFailure) in try stream.write(Self.line("x")) }
                == .refused(ENOSPC))
    }

    @Test func `what others write to the same file is left as it is`() throws {
        let output = try OutputFile()
        let stream = OutputStream(descriptor: output.descriptor, patience: Self.long)
        try stream.write(Self.line("ours"))
        #expect(Glibc.write(output.descriptor, "theirs\n", 7) == 7)
        try stream.write(Self.line("ours again"))
        #expect(output.text == "ours\ntheirs\nours again\n")
    }

    @Test func `a socket takes lines without a wait`() throws {
        var ends: [Int32] = [-1, -1]
        try #require(
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let stream = OutputStream(descriptor: ends[1], patience: Self.short)
        try stream.write(Self.line("x"))
        var buffer = [UInt8](repeating: 0, count: 10)
        #expect(recv(ends[0], &buffer, buffer.count, 0) == 2)
        #expect(Array(buffer[..<2]) == Self.line("x"))
        _ = Self.fill(stream)
        #expect(
            Self.failure { () throws(OutputFailure) in try stream.write(Self.line("x")) }
                == .unread)
    }
}
