import CSystemd

/// What other processes may see of this one.
package enum ProcessMemory {
    /// Keeps other processes of the same user out of this one's memory and environment, which hold
    /// credentials: the programs that are run for messages are such processes. There are no core
    /// dumps then, and only who may trace every process can attach a debugger (`CAP_SYS_PTRACE`).
    ///
    /// Not for the programs that this process starts.
    /// - Parameter isReadable: true for what is usual.
    package static func set(isReadable: Bool) {
        // The call fails for other values only.
        _ = sqs_set_dumpable(isReadable)
    }
}
