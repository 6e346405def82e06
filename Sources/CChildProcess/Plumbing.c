#define _GNU_SOURCE
#include "Plumbing.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static void close_if_open(int descriptor) {
    if (descriptor >= 0) {
        close(descriptor);
    }
}

/// Positional writes leave the offset, which the child shares, at 0.
static int write_whole(int descriptor, const char *bytes, size_t length) {
    size_t written = 0;
    while (written < length) {
        ssize_t count = pwrite(descriptor, bytes + written, length - written, (off_t)written);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return -1;
        }
        written += (size_t)count;
    }
    return 0;
}

static int open_input(const void *bytes, size_t length) {
    if (bytes == NULL) {
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
    int descriptor = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) {
        return -1;
    }
    int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (write_whole(descriptor, bytes, length) != 0 || fcntl(descriptor, F_ADD_SEALS, seals) != 0) {
        int failure = errno;
        close(descriptor);
        errno = failure;
        return -1;
    }
    return descriptor;
}

/// Only the read end is non-blocking: the flag belongs to the open file, and a child that finds its
/// stdout non-blocking loses output.
static int open_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return -1;
    }
    return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

const struct child_ends child_ends_none = {
    .child = {.input = -1, .output = -1, .error = -1, .file = -1},
    .output = -1,
    .error = -1,
    .timer = -1,
};

void child_ends_close_inner(struct child_ends *made) {
    close_if_open(made->child.input);
    close_if_open(made->child.file);
    close_if_open(made->child.output);
    close_if_open(made->child.error);
    made->child = child_ends_none.child;
}

void child_ends_close_outer(struct child_ends *made) {
    close_if_open(made->output);
    close_if_open(made->error);
    close_if_open(made->timer);
}

int child_ends_make(
    const struct child_launch *launch, struct child_ends *made, enum child_step *step) {
    *step = child_step_input;
    made->child.input = open_input(launch->input, launch->input_length);
    if (made->child.input < 0) {
        return errno;
    }
    if (launch->file != NULL) {
        made->child.file = open_input(launch->file, launch->file_length);
        if (made->child.file < 0) {
            return errno;
        }
    }
    *step = child_step_pipes;
    made->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (made->timer < 0) {
        return errno;
    }
    int output[2] = {-1, -1}, error[2] = {-1, -1};
    int failure = open_pipe(output) != 0 || open_pipe(error) != 0 ? errno : 0;
    made->output = output[0];
    made->child.output = output[1];
    made->error = error[0];
    made->child.error = error[1];
    return failure;
}
