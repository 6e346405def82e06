#define _GNU_SOURCE

#include "CSystemd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

int32_t sqs_output_open(int32_t descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) < 0) {
        return -errno;
    }
    const int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
        return -EBADF;
    }
    if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
        char path[64];
        snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
        const int own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (own >= 0) {
            return own;
        }
    }
    const int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return copy < 0 ? -errno : copy;
}

/// 0 where a write would find room or an error; -EAGAIN where it would wait.
static int32_t look_for_room(int32_t descriptor, int timeout_msec, short *found) {
    struct pollfd room = {.fd = descriptor, .events = POLLOUT};
    const int count = poll(&room, 1, timeout_msec);
    if (count < 0) {
        return errno == EINTR ? -EAGAIN : -errno;
    }
    *found = room.revents;
    return count == 0 ? -EAGAIN : 0;
}

int64_t sqs_output_write(int32_t descriptor, const uint8_t *bytes, size_t length) {
    struct stat status;
    if (fstat(descriptor, &status) < 0) {
        return -errno;
    }
    ssize_t written;
    if (S_ISSOCK(status.st_mode)) {
        written = send(descriptor, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    } else {
        // A file takes all there is, without a wait.
        const int flags = S_ISREG(status.st_mode) ? O_NONBLOCK : fcntl(descriptor, F_GETFL);
        if (flags < 0) {
            return -errno;
        }
        if (!(flags & O_NONBLOCK)) {
            short found = 0;
            const int32_t refused = look_for_room(descriptor, 0, &found);
            if (refused < 0) {
                return refused;
            }
            // A pipe that says it has room takes this much without a wait, pipe(7).
            length = length > PIPE_BUF ? PIPE_BUF : length;
        }
        written = write(descriptor, bytes, length);
    }
    if (written < 0) {
        return errno == EINTR ? -EAGAIN : -errno;
    }
    return written;
}

int32_t sqs_output_wait(int32_t descriptor, uint32_t timeout_msec) {
    short found = 0;
    return look_for_room(descriptor, (int)timeout_msec, &found);
}

int32_t sqs_output_check(int32_t descriptor) {
    short found = 0;
    const int32_t refused = look_for_room(descriptor, 0, &found);
    if (refused < 0) {
        return refused;
    }
    if (found & POLLNVAL) {
        return -EBADF;
    }
    if (found & POLLERR) {
        return -EPIPE;
    }
    if (found & POLLHUP) {
        return -EIO;
    }
    struct stat status;
    struct statvfs space;
    const int is_file = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    if (is_file && fstatvfs(descriptor, &space) == 0 && space.f_blocks > 0 && space.f_bavail == 0) {
        return -ENOSPC;
    }
    return 0;
}

/// Opens /dev/null in the place of each standard stream that is closed, the wrong way round, so
/// that using it is an error still: else a socket or file of ours would get the number, and what is
/// meant for the stream. Before `main`, by which time the runtime has opened files of its own.
__attribute__((constructor)) static void occupy_standard_streams(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0) {
            continue;
        }
        // The lowest free one is this: those below it are open by now.
        const int mode = descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (open("/dev/null", mode) < 0) {
            return;
        }
    }
}
