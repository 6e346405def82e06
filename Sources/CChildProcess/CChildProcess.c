#define _GNU_SOURCE
#include "CChildProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
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

static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int failure = posix_spawnattr_setpgroup(attributes, 0);
    if (failure == 0) {
        failure = posix_spawnattr_setsigmask(attributes, &none);
    }
    if (failure == 0) {
        failure = posix_spawnattr_setsigdefault(attributes, &all);
    }
    if (failure == 0) {
        failure = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    return failure;
}

static int set_actions(
    posix_spawn_file_actions_t *actions, int input, int output, int error, const char *directory) {
    int failure = posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO);
    if (failure == 0) {
        failure = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    }
    if (failure == 0) {
        failure = posix_spawn_file_actions_adddup2(actions, error, STDERR_FILENO);
    }
    if (failure == 0) {
        failure = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
    }
    if (failure == 0 && directory != NULL) {
        failure = posix_spawn_file_actions_addchdir_np(actions, directory);
    }
    return failure;
}

static int spawn(
    const struct child_launch *launch, int input, int output, int error, pid_t *pid) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    int failure = posix_spawnattr_init(&attributes);
    if (failure != 0) {
        return failure;
    }
    failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0) {
        posix_spawnattr_destroy(&attributes);
        return failure;
    }
    failure = set_attributes(&attributes);
    if (failure == 0) {
        failure = set_actions(&actions, input, output, error, launch->directory);
    }
    if (failure == 0) {
        failure = posix_spawn(
            pid, launch->program, &actions, &attributes, launch->arguments, launch->environment);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failure;
}

/// Between vfork and exec, on the parent's stack: nothing but system calls. Returns only when the
/// program could not be executed.
static void become(
    const struct child_launch *launch, int input, int output, int error, pid_t parent) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) {
        // Those that cannot be set are at their default already.
        sigaction(number, &standard, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    if (setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        return;
    }
    // The parent may have died before it was said that this one is to follow.
    if (getppid() != parent) {
        _exit(0);
    }
    if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(error, STDERR_FILENO) < 0 || close_range(STDERR_FILENO + 1, ~0U, 0) != 0) {
        return;
    }
    if (launch->directory != NULL && chdir(launch->directory) != 0) {
        return;
    }
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(launch->program, launch->arguments, launch->environment);
}

/// As spawn, and the kernel kills the child when the calling thread ends: what posix_spawn(3) has
/// no attribute for. No signal arrives while parent and child share their memory.
static int spawn_bound(
    const struct child_launch *launch, int input, int output, int error, pid_t *pid) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    volatile int failure = 0;
    pid_t parent = getpid();
    pid_t child = vfork();
    if (child == 0) {
        become(launch, input, output, error, parent);
        failure = errno;
        _exit(127);
    }
    if (child < 0) {
        failure = errno;
    } else if (failure != 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    *pid = child;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}

/// Ends a child that cannot be watched.
static void discard(pid_t pid) {
    kill(-pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

int child_start(
    const struct child_launch *launch, struct child_process *child, enum child_step *step) {
    int output[2] = {-1, -1}, error[2] = {-1, -1}, timer = -1, ended = -1, failure = 0;
    pid_t pid = 0;

    *step = child_step_input;
    int input = open_input(launch->input, launch->input_length);
    if (input < 0) {
        return errno;
    }
    *step = child_step_pipes;
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer < 0 || open_pipe(output) != 0 || open_pipe(error) != 0) {
        failure = errno;
        goto done;
    }
    *step = child_step_spawn;
    failure = launch->bound_to_thread ? spawn_bound(launch, input, output[1], error[1], &pid)
                                      : spawn(launch, input, output[1], error[1], &pid);
    if (failure != 0) {
        goto done;
    }
    *step = child_step_watch;
    ended = pidfd_open(pid, 0);
    if (ended < 0) {
        failure = errno;
        discard(pid);
        goto done;
    }
    *child = (struct child_process){
        .pid = pid, .ended = ended, .output = output[0], .error = error[0], .timer = timer};

done:
    close_if_open(input);
    close_if_open(output[1]);
    close_if_open(error[1]);
    if (failure != 0) {
        close_if_open(output[0]);
        close_if_open(error[0]);
        close_if_open(timer);
    }
    return failure;
}
