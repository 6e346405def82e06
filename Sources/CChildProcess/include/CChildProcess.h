// What starting and watching a child process needs of Linux and glibc, and what Swift's Glibc
// module does not offer: vfork(2) and the calls behind _GNU_SOURCE, in one function, and epoll and
// timerfd.

#pragma once

#include <stddef.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/types.h>

/// What to start. Every pointer is only read, and only during the call.
struct child_launch {
    /// The file to execute. Not looked up in PATH.
    const char *_Nonnull program;
    /// Ends with NULL, as for execve(2).
    char *_Nullable const *_Nonnull arguments;
    /// Ends with NULL, as for execve(2). Nothing else is inherited.
    char *_Nullable const *_Nonnull environment;
    /// The directory to start in. NULL: the one of this process.
    const char *_Nullable directory;
    /// What the child reads from its standard input. NULL: /dev/null.
    const void *_Nullable input;
    size_t input_length;
    /// What the child finds in a file at descriptor child_file_descriptor. NULL: nothing is there.
    const void *_Nullable file;
    size_t file_length;
    /// Added to the niceness of this process, nice(2). Not less than 0.
    int niceness;
    /// The most address space the child, and each process it starts, may have, in bytes:
    /// RLIMIT_AS, setrlimit(2). 0: as this process.
    size_t memory_limit;
    /// Whether the kernel kills the child (PR_SET_PDEATHSIG) when the thread that starts it ends,
    /// which it does with its process at the latest. What the child starts is not included, nor a
    /// program that is set-uid.
    _Bool bound_to_thread;
};

/// Raises this process's soft limit of open files to its hard limit. Children are started with the
/// one from before: programs that use select(2) cannot have more than 1,024. Once, before the first
/// child_start. Source: systemd.exec(5), LimitNOFILE=.
void child_raise_descriptor_limit(void);

/// Where a child finds child_launch.file: the first descriptor after stderr.
enum { child_file_descriptor = 3 };

/// A started child. All descriptors are close-on-exec and belong to the caller.
struct child_process {
    /// Also the id of its process group. To be reaped by the caller with waitpid(2).
    pid_t pid;
    /// Readable once the child has ended, pidfd_open(2).
    int ended;
    /// Read ends of the pipes that are the child's stdout and stderr. They do not block.
    int output;
    int error;
    /// A disarmed timer on the monotonic clock, timerfd_create(2), for the caller's limits.
    int timer;
};

/// What child_start or child_try was doing when it failed.
enum child_step {
    child_step_input,
    child_step_pipes,
    /// Making the process.
    child_step_spawn,
    /// In the new process: giving it its descriptors, its directory and its limits.
    child_step_descriptors,
    child_step_directory,
    child_step_limits,
    /// Keeping the program of child_try from doing anything.
    child_step_confine,
    /// Executing the program.
    child_step_execute,
    /// The program runs already; it was killed.
    child_step_watch,
};

/// Starts a program: as the leader of a process group of its own, with no signal blocked and every
/// signal at its default (a Dispatch thread blocks most, and a child would inherit that), with no
/// descriptor of this process but stdin, stdout and stderr, and the file where there is one. Its
/// stdin and that file are sealed memfd(2)s: seekable, nothing to feed, and nothing that breaks
/// when the child never reads.
///
/// Not posix_spawn(3), which has neither limits nor niceness: set from outside after the start,
/// they would miss what the program did before.
///
/// Blocks until the program has been executed, typically half a millisecond.
///
/// Returns 0, or an errno with the step that failed; then nothing was left behind.
int child_start(
    const struct child_launch *_Nonnull launch, struct child_process *_Nonnull child,
    enum child_step *_Nonnull step);

/// Starts a program exactly as child_start does, to see whether the kernel would, and ends it
/// before it can do anything: from before its execution on it is refused every system call, and
/// so has no effect outside of itself (seccomp(2)). Its file, its interpreter or dynamic loader,
/// the permissions, the limits of processes, descriptors and memory are the kernel's to judge.
///
/// Returns 0, or an errno with the step that failed. Nothing is left behind.
int child_try(const struct child_launch *_Nonnull launch, enum child_step *_Nonnull step);
