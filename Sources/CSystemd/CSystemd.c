// Our own CODE_FILE, CODE_LINE and CODE_FUNC travel with the entry; those of this file would be
// added by the macros of sd-journal.h (sd_journal_print(3)).
#define SD_JOURNAL_SUPPRESS_LOCATION
#define _GNU_SOURCE

#include "CSystemd.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <systemd/sd-journal.h>
#include <time.h>
#include <unistd.h>

/// Where sd_journal_sendv sends to. Source: systemd-journald.service(8).
#define JOURNAL_SOCKET "/run/systemd/journal/socket"

int32_t sqs_journal_send(const uint8_t *bytes, const size_t *lengths, size_t count) {
    struct iovec fields[SQS_JOURNAL_FIELDS_MAX];
    if (count > SQS_JOURNAL_FIELDS_MAX) {
        return -E2BIG;
    }
    if (count == 0) {
        return -EINVAL;
    }
    if (access(JOURNAL_SOCKET, F_OK) < 0) {
        return -errno;
    }
    const uint8_t *next = bytes;
    for (size_t i = 0; i < count; i++) {
        // iovec has no const variant; sd_journal_sendv only reads.
        fields[i] = (struct iovec){.iov_base = (void *)next, .iov_len = lengths[i]};
        next += lengths[i];
    }
    return sd_journal_sendv(fields, (int)count);
}

int32_t sqs_is_journal_stream(int32_t descriptor, uint64_t device, uint64_t inode) {
    struct stat status;
    if (fstat(descriptor, &status) < 0) {
        return -errno;
    }
    return status.st_dev == device && status.st_ino == inode;
}

/// Fills in the address of a path or abstract socket; its length in `size`.
static int32_t notify_address(const char *address, struct sockaddr_un *peer, socklen_t *size) {
    const size_t length = strlen(address);
    if (length < 2 || (address[0] != '/' && address[0] != '@')) {
        return -EAFNOSUPPORT;
    }
    if (length >= sizeof(peer->sun_path)) {
        return -ENAMETOOLONG;
    }
    *peer = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(peer->sun_path, address, length);
    const int is_abstract = address[0] == '@';
    if (is_abstract) {
        peer->sun_path[0] = '\0';
    }
    // An abstract name is exactly as long as the address says; a path ends with its NUL.
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (is_abstract ? 0 : 1));
    return 0;
}

int32_t sqs_notify_open(uint32_t timeout_msec) {
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return -errno;
    }
    const struct timeval patience = {
        .tv_sec = timeout_msec / 1000,
        .tv_usec = (timeout_msec % 1000) * 1000,
    };
    if (setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0) {
        const int32_t result = -errno;
        close(descriptor);
        return result;
    }
    return descriptor;
}

int32_t sqs_notify_send(int32_t descriptor, const char *address, const uint8_t *message,
                        size_t length) {
    struct sockaddr_un peer;
    socklen_t size = 0;
    const int32_t refused = notify_address(address, &peer, &size);
    if (refused < 0) {
        return refused;
    }
    ssize_t sent;
    do {
        sent = sendto(descriptor, message, length, MSG_NOSIGNAL, (struct sockaddr *)&peer, size);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) {
        return errno == EAGAIN ? -ETIMEDOUT : -errno;
    }
    return 0;
}

uint64_t sqs_monotonic_usec(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int32_t sqs_write_all(int32_t descriptor, const uint8_t *bytes, size_t length) {
    while (length > 0) {
        const ssize_t written = write(descriptor, bytes, length);
        if (written >= 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd room = {.fd = descriptor, .events = POLLOUT};
            if (poll(&room, 1, -1) < 0 && errno != EINTR) {
                return -errno;
            }
        } else if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}
