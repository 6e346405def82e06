#define _GNU_SOURCE
#include "CChildProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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

/// What a child is made of, by descriptor of this process.
struct plumbing {
    int input, output, error;
    /// -1 where there is none.
    int file;
};

/// A handler is code of this process, and an ignored signal would stay ignored in the program.
/// The kernel and glibc refuse those that cannot be changed.
static void reset_signals(void) {
    for (int signal = 1; signal < NSIG; signal++) {
        struct sigaction action = {.sa_handler = SIG_DFL};
        sigaction(signal, &action, NULL);
    }
}

/// A copy above those that are about to be given a new meaning, where it is among them.
static int above_standard(int descriptor) {
    if (descriptor < 0 || descriptor > child_file_descriptor) {
        return descriptor;
    }
    return fcntl(descriptor, F_DUPFD, child_file_descriptor + 1);
}

static int place_descriptors(const struct plumbing *plumbing) {
    int sources[] = {plumbing->input, plumbing->output, plumbing->error, plumbing->file};
    int count = plumbing->file < 0 ? child_file_descriptor : child_file_descriptor + 1;
    for (int target = 0; target < count; target++) {
        sources[target] = above_standard(sources[target]);
    }
    for (int target = 0; target < count; target++) {
        if (dup2(sources[target], target) < 0) {
            return -1;
        }
    }
    return close_range((unsigned)count, ~0U, 0);
}

/// What this process was given; nothing where it has not been raised.
static struct rlimit descriptors_before;
static int descriptors_raised = 0;

void child_raise_descriptor_limit(void) {
    if (descriptors_raised || getrlimit(RLIMIT_NOFILE, &descriptors_before) != 0) {
        return;
    }
    struct rlimit raised = {descriptors_before.rlim_max, descriptors_before.rlim_max};
    descriptors_raised = setrlimit(RLIMIT_NOFILE, &raised) == 0;
}

static int apply_limits(const struct child_launch *launch) {
    if (descriptors_raised && setrlimit(RLIMIT_NOFILE, &descriptors_before) != 0) {
        return -1;
    }
    errno = 0;
    if (launch->niceness > 0 && nice(launch->niceness) == -1 && errno != 0) {
        return -1;
    }
    struct rlimit limit = {launch->memory_limit, launch->memory_limit};
    return launch->memory_limit == 0 ? 0 : setrlimit(RLIMIT_AS, &limit);
}

/// The kernel kills this process when the thread that started it ends.
static int bind_to(pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        return -1;
    }
    // The parent may have died before it was said that this one is to follow.
    if (getppid() != parent) {
        _exit(0);
    }
    return 0;
}

/// The child's side of vfork(2), which shares the memory of this process until it executes the
/// program: it only calls the kernel. Returns an errno when it could not.
static int become(
    const struct child_launch *launch, const struct plumbing *plumbing, pid_t parent) {
    reset_signals();
    if (setpgid(0, 0) != 0 || (launch->bound_to_thread && bind_to(parent) != 0)) {
        return errno;
    }
    if (place_descriptors(plumbing) != 0) {
        return errno;
    }
    if (launch->directory != NULL && chdir(launch->directory) != 0) {
        return errno;
    }
    if (apply_limits(launch) != 0) {
        return errno;
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(launch->program, (char *const *)launch->arguments, (char *const *)launch->environment);
    return errno;
}

/// This thread stands still until the child has executed the program or given up. All signals are
/// blocked meanwhile: no handler of this process may run in the child.
static int spawn(
    const struct child_launch *launch, const struct plumbing *plumbing, pid_t *pid) {
    volatile int failure = 0;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t child = vfork();
    if (child == 0) {
        failure = become(launch, plumbing, parent);
        _exit(127);
    }
    if (child < 0) {
        failure = errno;
    } else if (failure != 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    *pid = child;
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
    int input = -1, file = -1;
    pid_t pid = 0;

    *step = child_step_input;
    input = open_input(launch->input, launch->input_length);
    if (launch->file != NULL) {
        file = open_input(launch->file, launch->file_length);
    }
    if (input < 0 || (launch->file != NULL && file < 0)) {
        failure = errno;
        goto done;
    }
    *step = child_step_pipes;
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer < 0 || open_pipe(output) != 0 || open_pipe(error) != 0) {
        failure = errno;
        goto done;
    }
    *step = child_step_spawn;
    struct plumbing plumbing = {input, output[1], error[1], file};
    failure = spawn(launch, &plumbing, &pid);
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
    close_if_open(file);
    close_if_open(output[1]);
    close_if_open(error[1]);
    if (failure != 0) {
        close_if_open(output[0]);
        close_if_open(error[0]);
        close_if_open(timer);
    }
    return failure;
}
