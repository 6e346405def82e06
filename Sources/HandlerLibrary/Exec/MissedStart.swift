/// Programs that the kernel started, and that ended before anything of them ran: what was to make
/// them run has said so, env(1) or the dynamic loader.
enum MissedStart {
    /// The status that env(1), the dynamic loader and shells end with for what is not there.
    private static let notFoundStatus: Int32 = 127

    /// - Parameter searchPath: `PATH` of the program's environment.
    /// - Returns: what is wrong and what to do; nil where the program may have run.
    static func cause(
        of ending: ChildEnding, _ output: OutputTail, _ launch: ChildLaunch, _ searchPath: String?
    ) -> String? {
        guard ending.stopReason == nil, ending.status == .exited(notFoundStatus) else { return nil }
        let look = ProgramLook(workingDirectory: launch.workingDirectory, searchPath: searchPath)
        if let fault = look.lookUpFault(of: launch.program) {
            return "cannot start '\(launch.program)': \(fault)"
        }
        return loaderFault(output, launch, look)
    }

    /// The loader's message begins with the name by which the program was called. One of a program
    /// that the handler's own started has another name, and comes from a handler that runs.
    private static func loaderFault(
        _ output: OutputTail, _ launch: ChildLaunch, _ look: ProgramLook
    ) -> String? {
        guard let text = output.text, !text.contains(where: \.isNewline) else { return nil }
        let names = [launch.arguments.first, look.interpreter(of: launch.program)]
        let isLoaders = names.compactMap(\.self).contains {
            text.hasPrefix("\($0): error while loading shared libraries: ")
        }
        guard isLoaders else { return nil }
        let memory = launch.limits.memory == nil ? "" : ", or raise `memory_max`"
        return "cannot start '\(launch.program)': \(text); install the library\(memory)"
    }
}
