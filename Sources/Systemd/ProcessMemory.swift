import CSystemd

/// What this process takes of the machine's memory, and what others may see of it.
package enum ProcessMemory {
    /// One for the network's thread and one for the workers. Each more would keep what its thread
    /// freed, for that thread alone: by default there are eight for each processor.
    private static let arenas: Int32 = 2

    /// Bounds what malloc keeps for threads that have freed it. To be called first of all.
    package static func boundArenas() {
        sqs_bound_arenas(arenas)
    }

    /// What an arena keeps at its end at most, in bytes: the largest message fits. Without a bound
    /// it is twice the largest block that was ever freed, up to 64 MiB, and giving back does not
    /// reach the end of any arena but the first.
    private static let mostFreed: Int32 = 2 << 20

    /// Bounds what malloc keeps at all, for a program that may hold much memory for a while. To be
    /// called first of all. Blocks of megabytes cost system calls from then on.
    package static func boundFreedMemory() {
        sqs_bound_freed_memory(mostFreed)
    }

    /// Gives the memory back to the system that was freed. Takes time by how much that is, in which
    /// allocations wait.
    package static func giveBack() {
        sqs_give_back_memory()
    }

    /// Gives back what was freed, and has the program's code mapped no more: to be called when a
    /// start, which uses most of it once, is over. What is used again comes back page by page, from
    /// the page cache; that takes a millisecond in all.
    package static func settle() {
        sqs_give_back_memory()
        sqs_unmap_code()
    }

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
