#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What this product asks of libsystemd and of the kernel beside it, and nothing more.
///
/// Every function returns a negative errno value on failure, leaves no descriptor open but where it
/// says so, keeps no pointer after it returns, allocates nothing, and may be called from several
/// threads at once.

/// How many fields `sqs_journal_send` takes: the size of the table it builds on its stack.
/// Far above what an event carries; journald itself takes 1024 (`ENTRY_FIELD_COUNT_MAX`).
#define SQS_JOURNAL_FIELDS_MAX 128

/// Sends one structured entry to the journal. Wraps `sd_journal_sendv(3)`.
///
/// `bytes` holds the fields one after another, each `NAME=value`, with nothing between them;
/// `lengths` says how many bytes each takes. Values may hold any byte. Returns 0 when journald
/// took the entry. -E2BIG for more than SQS_JOURNAL_FIELDS_MAX fields, -EINVAL for none or for a
/// field without a name. -ENOENT when there is no socket of journald: libsystemd would lose the
/// entry silently, so that is looked at before; a socket that goes in between loses it still.
///
/// Waits while journald's receive queue is full, as every client of the journal does.
int32_t sqs_journal_send(const uint8_t *_Nonnull bytes, const size_t *_Nonnull lengths,
                         size_t count);

/// Delivers one entry to the journal and waits until journald has read it, in its native protocol.
///
/// `bytes` is the entry as systemd.io/JOURNAL_NATIVE_PROTOCOL has it; what is too large for a
/// datagram goes in a sealed file in memory. `path` is journald's socket. 0 means that journald has
/// taken the entry out of its socket: not that it is on disk, nor that journald's own settings let
/// it be kept. libsystemd cannot tell so much: to it an entry is sent when it is in the socket, and
/// what is in a socket that is closed is lost. With no bytes nothing is entered; it is seen whether
/// journald reads.
///
/// While a socket unit waits for its stop and its service has ended, systemd itself empties the
/// socket and throws away what was in it. `mark`, where it is not NULL, is a link that systemd
/// keeps for as long as journald runs: -ESRCH where there is none when the entry was read, though
/// its folder is there. A sandbox that hides the folder hides what journald does, too.
///
/// -ETIMEDOUT when journald did not read it within `timeout_msec`, -ECANCELED when `is_over`
/// became true: it may read it later still. -ECONNREFUSED, -ENOENT where nobody has the socket, and
/// when it was closed meanwhile, in which case it may have been read. Waits blocked, 50 ms at most
/// after either end.
int32_t sqs_journal_deliver(const char *_Nonnull path, const char *_Nullable mark,
                            const uint8_t *_Nullable bytes, size_t length, uint32_t timeout_msec,
                            bool (*_Nonnull is_over)(void));

/// Whether a descriptor is the stream that `$JOURNAL_STREAM` names by device and inode number.
/// Wraps `fstat(2)`, as `systemd.exec(5)` describes under JOURNAL_STREAM. 1 if so, 0 if not.
int32_t sqs_is_journal_stream(int32_t descriptor, uint64_t device, uint64_t inode);

/// Opens a socket for `sqs_notify_send`, on which a call waits `timeout_msec` at most. The caller
/// closes it. Kept open, it needs no descriptor when the process has none left: a daemon that runs
/// short of them is to be seen alive.
int32_t sqs_notify_open(uint32_t timeout_msec);

/// Sends one datagram to a service manager: the protocol of `sd_notify(3)`.
///
/// `address` is the value of `$NOTIFY_SOCKET`: an absolute path, or `@` and the name of a socket in
/// the abstract namespace. Not `sd_notify` itself, because that reads the process's environment and
/// waits without limit while the receiver's queue is full; this waits as `sqs_notify_open` was
/// told, then returns -ETIMEDOUT. -EAFNOSUPPORT for an address of another kind (`vsock:`),
/// -ENAMETOOLONG for one longer than a socket address holds (`unix(7)`).
int32_t sqs_notify_send(int32_t descriptor, const char *_Nonnull address,
                        const uint8_t *_Nonnull message, size_t length);

/// Microseconds on CLOCK_MONOTONIC: the clock that `MONOTONIC_USEC=` of `sd_notify(3)` is read on.
/// Wraps `clock_gettime(2)`, which cannot fail for this clock.
uint64_t sqs_monotonic_usec(void);

/// Writes all the bytes, in one `write(2)` where the kernel takes them in one.
///
/// Repeats after a partial write or a signal. Waits without limit while the descriptor is full, for
/// a non-blocking one too, which whoever shares the terminal or pipe may have made of it.
/// Raises SIGPIPE like `write(2)`: the process is expected to ignore it.
int32_t sqs_write_all(int32_t descriptor, const uint8_t *_Nonnull bytes, size_t length);

// Before `main` begins, each standard stream that is closed gets /dev/null in its place, the wrong
// way round: using it is an error still, and no socket or file of ours gets its number.

/// A descriptor for the same pipe, terminal, file or socket, which the caller closes. Where that
/// can be, an open file description of its own, whose writes do not wait: those of the one that
/// others share are left as they are. -EBADF for one that is closed or cannot be written to.
int32_t sqs_output_open(int32_t descriptor);

/// Writes what there is room for now, to a descriptor of `sqs_output_open`; how many bytes.
/// -EAGAIN where there is none. Raises SIGPIPE like `write(2)`.
///
/// Waits nevertheless where the description is shared, and another process takes the room first.
int64_t sqs_output_write(int32_t descriptor, const uint8_t *_Nonnull bytes, size_t length);

/// Waits for room, `timeout_msec` at most. 0 when there may be some, or an error to be seen by a
/// write; -EAGAIN when there is none.
int32_t sqs_output_wait(int32_t descriptor, uint32_t timeout_msec);

/// What a write would meet, as far as can be seen without one: 0 for room, -EAGAIN for none, -EPIPE
/// for a pipe without a reader, -EIO for a terminal that is gone, -ENOSPC for a full file system.
int32_t sqs_output_check(int32_t descriptor);

/// Whether processes of the same user may read this one's memory and environment, and attach to it,
/// and whether the kernel writes core dumps of it. Wraps `PR_SET_DUMPABLE` of prctl(2). A program
/// that this process starts is not concerned.
int32_t sqs_set_dumpable(bool is_dumpable);

/// Bounds the arenas that malloc has for threads, `M_ARENA_MAX` of mallopt(3). To be called before
/// there are threads.
void sqs_bound_arenas(int32_t count);

/// Bounds what an arena keeps at its end of what was freed, and the blocks that it has at all, in
/// bytes: larger ones come from the system and go back to it. `M_TRIM_THRESHOLD` and
/// `M_MMAP_THRESHOLD` of mallopt(3).
void sqs_bound_freed_memory(int32_t size);

/// Gives what was freed back to the system, malloc_trim(3).
void sqs_give_back_memory(void);

/// Has the program's code and constants mapped no more, `MADV_DONTNEED` of madvise(2). Each page
/// that is used again comes back by a fault, from the page cache or from the file. Breakpoints of a
/// debugger and uprobes, which are written into pages of this process alone, are gone then.
void sqs_unmap_code(void);
