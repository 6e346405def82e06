// The least that running /bin/true can cost: threads that posix_spawn and waitpid, and nothing
// else. Prints the seconds it took: peer COUNT PARALLELISM.

#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static void *spawn_share(void *share) {
    for (long left = (long)share; left > 0; left--) {
        pid_t pid;
        char *arguments[] = {"/bin/true", NULL};
        int status;
        if (posix_spawn(&pid, arguments[0], NULL, NULL, arguments, environ) != 0 ||
            waitpid(pid, &status, 0) != pid || status != 0) {
            exit(1);
        }
    }
    return NULL;
}

int main(int count, char **words) {
    if (count != 3) {
        return 64;
    }
    long messages = atol(words[1]), parallelism = atol(words[2]);
    pthread_t *threads = calloc((size_t)parallelism, sizeof *threads);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long lane = 0; lane < parallelism; lane++) {
        long share = messages / parallelism + (lane < messages % parallelism);
        pthread_create(&threads[lane], NULL, spawn_share, (void *)share);
    }
    for (long lane = 0; lane < parallelism; lane++) {
        pthread_join(threads[lane], NULL);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf(
        "%f\n", (double)(end.tv_sec - start.tv_sec) +
                    (double)(end.tv_nsec - start.tv_nsec) / 1e9);
    return 0;
}
