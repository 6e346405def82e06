#define _GNU_SOURCE

#include "CSystemd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sockios.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/// How long a wait lasts before it is looked whether the caller still wants it.
enum { SLICE_MSEC = 50 };

/// journald reads an entry within some 100 µs; one that is busy or stopped is not asked so often.
enum { SHORTEST_PAUSE_NSEC = 50 * 1000, LONGEST_PAUSE_NSEC = 5 * 1000 * 1000 };

struct patience {
    uint64_t end_usec;
    bool (*is_over)(void);
};

/// 0 while one may go on waiting.
static int32_t go_on(const struct patience *patience) {
    if (patience->is_over()) {
        return -ECANCELED;
    }
    return sqs_monotonic_usec() < patience->end_usec ? 0 : -ETIMEDOUT;
}

/// A socket that is connected to the one that is bound to `path` now, and to no later one.
static int32_t connect_to(const char *path) {
    struct sockaddr_un peer = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(peer.sun_path)) {
        return -ENAMETOOLONG;
    }
    strcpy(peer.sun_path, path);
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) {
        return -errno;
    }
    if (connect(descriptor, (struct sockaddr *)&peer, sizeof(peer)) < 0) {
        const int code = errno;
        close(descriptor);
        return -code;
    }
    return descriptor;
}

/// Sends it once there is room for it.
static int32_t send_message(int descriptor, const struct msghdr *message,
                            const struct patience *patience) {
    for (;;) {
        if (sendmsg(descriptor, message, MSG_NOSIGNAL) >= 0) {
            return 0;
        }
        // ETOOMANYREFS: as many descriptors as this user may have are on their way.
        if (errno != EAGAIN && errno != EINTR && errno != ETOOMANYREFS) {
            return -errno;
        }
        const int32_t refused = go_on(patience);
        if (refused < 0) {
            return refused;
        }
        struct pollfd room = {.fd = descriptor, .events = POLLOUT};
        poll(&room, 1, SLICE_MSEC);
    }
}

/// A file in memory that holds the entry and that nobody can change any more: what journald takes
/// the descriptor of in the place of a datagram.
static int32_t sealed_file(const uint8_t *bytes, size_t length) {
    const int file = memfd_create("journal-entry", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    if (file < 0) {
        return -errno;
    }
    int32_t result = sqs_write_all(file, bytes, length);
    if (result == 0) {
        const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
        result = fcntl(file, F_ADD_SEALS, seals) < 0 ? -errno : 0;
    }
    if (result < 0) {
        close(file);
        return result;
    }
    return file;
}

static int32_t send_in_file(int descriptor, const uint8_t *bytes, size_t length,
                            const struct patience *patience) {
    const int32_t file = sealed_file(bytes, length);
    if (file < 0) {
        return file;
    }
    union {
        struct cmsghdr header;
        uint8_t space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_control = &control, .msg_controllen = sizeof(control)};
    struct cmsghdr *first = CMSG_FIRSTHDR(&message);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(first), &file, sizeof(int));
    const int32_t result = send_message(descriptor, &message, patience);
    close(file);
    return result;
}

/// Waits until what was sent is read, or until the socket that had it is closed.
static int32_t wait_until_taken(int descriptor, const struct patience *patience) {
    struct timespec pause = {.tv_nsec = SHORTEST_PAUSE_NSEC};
    for (;;) {
        int unread = 0;
        if (ioctl(descriptor, SIOCOUTQ, &unread) < 0) {
            return -errno;
        }
        if (unread == 0) {
            return 0;
        }
        const int32_t refused = go_on(patience);
        if (refused < 0) {
            return refused;
        }
        nanosleep(&pause, NULL);
        pause.tv_nsec =
            pause.tv_nsec * 2 < LONGEST_PAUSE_NSEC ? pause.tv_nsec * 2 : LONGEST_PAUSE_NSEC;
    }
}

static bool is_missing(const char *path) {
    struct stat found;
    return lstat(path, &found) < 0 && errno == ENOENT;
}

/// Whether journald runs, as far as is known: what reads its socket else is systemd, before it
/// closes it. Source: socket_enter_running() of systemd, which flushes where a stop is pending.
/// Where a sandbox hides the folder of the mark, nothing is known.
static int32_t look_for_reader(const char *mark) {
    if (!mark || !is_missing(mark)) {
        return 0;
    }
    char folder[PATH_MAX];
    const char *end = strrchr(mark, '/');
    if (!end || (size_t)(end - mark) >= sizeof(folder)) {
        return 0;
    }
    memcpy(folder, mark, (size_t)(end - mark));
    folder[end - mark] = '\0';
    return is_missing(folder) ? 0 : -ESRCH;
}

/// Whether the socket at the other end is open still: -ECONNREFUSED where it is not. An empty
/// datagram is nothing to journald.
static int32_t look_for_peer(int descriptor) {
    const ssize_t sent = send(descriptor, "", 0, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent >= 0 || errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

static int32_t deliver(int descriptor, const char *mark, const uint8_t *bytes, size_t length,
                       const struct patience *patience) {
    // iovec has no const variant; sendmsg only reads.
    struct iovec content = {.iov_base = (void *)bytes, .iov_len = length};
    const struct msghdr message = {.msg_iov = &content, .msg_iovlen = 1};
    int32_t result = send_message(descriptor, &message, patience);
    if (result == -EMSGSIZE || result == -ENOBUFS) {
        result = send_in_file(descriptor, bytes, length, patience);
    }
    if (result == 0) {
        result = wait_until_taken(descriptor, patience);
    }
    // In this order: a journald that was started again after systemd had emptied the socket has
    // another one; and a socket is closed first, and what waits in it is thrown away then.
    if (result == 0) {
        result = look_for_reader(mark);
    }
    return result == 0 ? look_for_peer(descriptor) : result;
}

int32_t sqs_journal_deliver(const char *path, const char *mark, const uint8_t *bytes,
                            size_t length, uint32_t timeout_msec, bool (*is_over)(void)) {
    const struct patience patience = {
        .end_usec = sqs_monotonic_usec() + (uint64_t)timeout_msec * 1000,
        .is_over = is_over,
    };
    const int32_t descriptor = connect_to(path);
    if (descriptor < 0) {
        return descriptor;
    }
    const int32_t result = deliver(descriptor, mark, bytes, length, &patience);
    close(descriptor);
    return result;
}
