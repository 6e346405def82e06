#define _GNU_SOURCE
#include "CChildProcess.h"
#include "Confinement.h"
#include "Plumbing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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

/// What the child does, and how far it came, which the parent sees when it has not executed the
/// program.
struct birth {
    const struct child_launch *launch;
    const struct plumbing *plumbing;
    pid_t parent;
    _Bool only_tries;
    volatile enum child_step step;
    volatile int failure;
};

/// The child's side of vfork(2), which shares the memory of this process until it executes the
/// program: it only calls the kernel. Returns an errno when it could not.
static int become(struct birth *birth) {
    const struct child_launch *launch = birth->launch;
    reset_signals();
    if (setpgid(0, 0) != 0 || (launch->bound_to_thread && bind_to(birth->parent) != 0)) {
        return errno;
    }
    birth->step = child_step_descriptors;
    if (place_descriptors(birth->plumbing) != 0) {
        return errno;
    }
    birth->step = child_step_directory;
    if (launch->directory != NULL && chdir(launch->directory) != 0) {
        return errno;
    }
    birth->step = child_step_limits;
    if (apply_limits(launch) != 0) {
        return errno;
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    birth->step = child_step_confine;
    if (birth->only_tries && child_confine() != 0) {
        return errno;
    }
    birth->step = child_step_execute;
    execve(launch->program, (char *const *)launch->arguments, (char *const *)launch->environment);
    return errno;
}

/// This thread stands still until the child has executed the program or given up. All signals are
/// blocked meanwhile: no handler of this process may run in the child.
static pid_t spawn(struct birth *birth) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    birth->parent = getpid();
    birth->step = child_step_spawn;
    birth->failure = 0;
    pid_t child = vfork();
    if (child == 0) {
        birth->failure = become(birth);
        _exit(127);
    }
    if (child < 0) {
        birth->failure = errno;
    } else if (birth->failure != 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return child;
}

/// Ends a child that is not wanted.
static void discard(pid_t pid) {
    kill(-pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

/// Prepares and starts a child. The ends of the child are closed afterwards, the parent's where it
/// was not started.
static int start(
    struct birth *birth, struct child_ends *made, pid_t *pid, enum child_step *step) {
    int failure = child_ends_make(birth->launch, made, step);
    if (failure == 0) {
        birth->plumbing = &made->child;
        *pid = spawn(birth);
        *step = birth->step;
        failure = birth->failure;
    }
    child_ends_close_inner(made);
    if (failure != 0) {
        child_ends_close_outer(made);
    }
    return failure;
}

int child_start(
    const struct child_launch *launch, struct child_process *child, enum child_step *step) {
    struct child_ends made = child_ends_none;
    struct birth birth = {.launch = launch};
    pid_t pid = 0;
    int failure = start(&birth, &made, &pid, step);
    if (failure != 0) {
        return failure;
    }
    // The child's ends are closed by now: where descriptors are short, that leaves one for this,
    // which could not be had before the program ran.
    *step = child_step_watch;
    int ended = pidfd_open(pid, 0);
    if (ended < 0) {
        failure = errno;
        discard(pid);
        child_ends_close_outer(&made);
        return failure;
    }
    *child = (struct child_process){
        .pid = pid,
        .ended = ended,
        .output = made.output,
        .error = made.error,
        .timer = made.timer};
    return 0;
}

int child_try(const struct child_launch *launch, enum child_step *step) {
    struct child_ends made = child_ends_none;
    struct birth birth = {.launch = launch, .only_tries = 1};
    pid_t pid = 0;
    int failure = start(&birth, &made, &pid, step);
    if (failure == 0) {
        discard(pid);
        child_ends_close_outer(&made);
    }
    return failure;
}
