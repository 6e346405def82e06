/// What is not written in this house, and what to write instead.
struct BannedRule {
    let text: String
    let remedy: String
    /// The files that the ban is about.
    let applies: @Sendable (SourceFile) -> Bool
    /// Whether the text is fine after a dot, as a method of something else.
    let isMethodAllowed: Bool

    init(
        _ text: String, isMethodAllowed: Bool = false, _ remedy: String,
        in applies: @escaping @Sendable (SourceFile) -> Bool
    ) {
        self.text = text
        self.remedy = remedy
        self.applies = applies
        self.isMethodAllowed = isMethodAllowed
    }

    func check(_ file: SourceFile) -> [Violation] {
        guard applies(file) else { return [] }
        return file.code.positions(of: text, asWord: true).filter { position in
            !isMethodAllowed
                || !follows(position, ".", in: file)
                    && !follows(position, "func ", in: file)
        }.map { file.violation(at: $0, "\(text) is not used here: \(remedy)") }
    }

    private func follows(_ position: Int, _ text: String, in file: SourceFile) -> Bool {
        file.code[..<position].suffix(text.utf8.count).elementsEqual(text.utf8)
    }

    static let all: [BannedRule] = everywhere + sources + tests

    private static let everywhere: [BannedRule] = [
        BannedRule("try!", "throw, or handle the error", in: \.isSwift),
        BannedRule("fatalError(", "return an error; a crash loses messages", in: \.isSwift),
        BannedRule(
            "Task.detached", "a child task; a detached one dies unseen", in: \.isSwift),
        BannedRule("@unchecked Sendable", "a Mutex or an actor", in: \.isSwift),
        BannedRule("nonisolated(unsafe)", "a Mutex or an actor", in: \.isSwift),
        BannedRule(
            "print(", isMethodAllowed: true, "log it; only the command line prints",
            in: {
                $0.isSwift
                    && !$0.isIn(
                        "Sources/Commands/", "Tests/Performance/", "Tests/Simulator/",
                        "Tests/Fuzzing/")
            }),
    ]

    private static let sources: [BannedRule] = [
        BannedRule(
            "as? any", "make what is asked for a requirement with a default",
            in: { $0.isSwift && $0.isIn("Sources/") }),
        BannedRule(
            "posix_spawn", "child processes are started in HandlerLibrary",
            in: { $0.isSwift && $0.isIn("Sources/") && !$0.isIn("Sources/HandlerLibrary/") }),
        BannedRule(
            "getenv(", isMethodAllowed: true,
            "take the environment as a parameter; Daemon and the command line read it",
            in: { $0.isSwift && $0.isIn("Sources/") && !isComposition($0) }),
        BannedRule(
            "ProcessInfo.processInfo.environment",
            "take the environment as a parameter; Daemon and the command line read it",
            in: { $0.isSwift && $0.isIn("Sources/") && !isComposition($0) }),
        BannedRule(
            "sigaction(", isMethodAllowed: true, "signals belong to Daemon and the command line",
            in: { $0.isSwift && $0.isIn("Sources/") && !isComposition($0) }),
    ]

    private static let tests: [BannedRule] = [
        BannedRule("@testable", "make it package, or test what is", in: isSwiftTest),
        BannedRule("Task.sleep", "await an event or a probe", in: isSwiftTest),
        BannedRule("Thread.sleep", "await an event or a probe", in: isSwiftTest),
        BannedRule("usleep(", "await an event or a probe", in: isSwiftTest),
        BannedRule("nanosleep(", "await an event or a probe", in: isSwiftTest),
        BannedRule(
            "sleep(", isMethodAllowed: true, "await an event or a probe", in: isSwiftTest),
        BannedRule(".disabled(", "mend the test or delete it", in: isSwiftTest),
        BannedRule(".enabled(", "set up in Tests/run what is missing", in: isSwiftTest),
        BannedRule(
            "time.sleep(", "wait for an event, with a time limit",
            in: { $0.isIn("Tests/") && $0.path.hasSuffix(".py") }),
    ]

    @Sendable private static func isSwiftTest(_ file: SourceFile) -> Bool {
        file.isSwift && file.isIn("Tests/")
    }

    /// Where the parts are put together.
    @Sendable private static func isComposition(_ file: SourceFile) -> Bool {
        file.isIn("Sources/Daemon/", "Sources/Commands/")
    }
}
