#pragma once

#include <stddef.h>
#include <stdint.h>

/// What this product asks of libsystemd and of the kernel beside it, and nothing more.
///
/// Every function returns a negative errno value on failure, leaves no descriptor open, keeps no
/// pointer after it returns, allocates nothing, and may be called from several threads at once.

/// How many fields `sqs_journal_send` takes: the size of the table it builds on its stack.
/// Far above what an event carries; journald itself takes 1024 (`ENTRY_FIELD_COUNT_MAX`).
#define SQS_JOURNAL_FIELDS_MAX 128

/// Sends one structured entry to the journal. Wraps `sd_journal_sendv(3)`.
///
/// `bytes` holds the fields one after another, each `NAME=value`, with nothing between them;
/// `lengths` says how many bytes each takes. Values may hold any byte. Returns 0 when journald
/// took the entry, and also when its socket does not exist: libsystemd loses the entry silently
/// then, so look for the socket before trusting this call. -E2BIG for more than
/// SQS_JOURNAL_FIELDS_MAX fields, -EINVAL for none or for a field without a name.
///
/// Waits while journald's receive queue is full, as every client of the journal does.
int32_t sqs_journal_send(const uint8_t *_Nonnull bytes, const size_t *_Nonnull lengths,
                         size_t count);

/// Whether a descriptor is the stream that `$JOURNAL_STREAM` names by device and inode number.
/// Wraps `fstat(2)`, as `systemd.exec(5)` describes under JOURNAL_STREAM. 1 if so, 0 if not.
int32_t sqs_is_journal_stream(int32_t descriptor, uint64_t device, uint64_t inode);

/// Sends one datagram to a service manager: the protocol of `sd_notify(3)`.
///
/// `address` is the value of `$NOTIFY_SOCKET`: an absolute path, or `@` and the name of a socket in
/// the abstract namespace. Not `sd_notify` itself, because that reads the process's environment and
/// waits without limit while the receiver's queue is full; this waits `timeout_msec` at most, then
/// returns -ETIMEDOUT. -EAFNOSUPPORT for an address of another kind (`vsock:`), -ENAMETOOLONG for
/// one longer than a socket address holds (`unix(7)`).
int32_t sqs_notify_send(const char *_Nonnull address, const uint8_t *_Nonnull message,
                        size_t length, uint32_t timeout_msec);

/// Microseconds on CLOCK_MONOTONIC: the clock that `MONOTONIC_USEC=` of `sd_notify(3)` is read on.
/// Wraps `clock_gettime(2)`, which cannot fail for this clock.
uint64_t sqs_monotonic_usec(void);

/// Writes all the bytes, in one `write(2)` where the kernel takes them in one.
///
/// Repeats after a partial write or a signal. Waits without limit while the descriptor is full, for
/// a non-blocking one too, which whoever shares the terminal or pipe may have made of it.
/// Raises SIGPIPE like `write(2)`: the process is expected to ignore it.
int32_t sqs_write_all(int32_t descriptor, const uint8_t *_Nonnull bytes, size_t length);
