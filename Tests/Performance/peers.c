// What Tests/Performance/report sets beside the daemon, as small as it can be in C:
//
//   peers consume PORT QUEUE_URL MESSAGES nothing|post|program [SINK_PORT|PROGRAM]
//       receives ten, works on each, deletes the ten, one after the other; prints the seconds and
//       the CPU seconds that it took, those of its programs included. Nothing is signed, nothing
//       of an answer is read but the handles: no consumer can cost less than this one.
//   peers sink
//       an HTTP server that answers 204 to whatever is sent; prints its port.
//   peers relay PORT MILLISECONDS
//       a way to PORT on which everything takes so long in either direction; prints its port.
//
// All of it on 127.0.0.1. The servers go on until they are ended.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

// An answer of ten messages of 1 MiB at most, and its head.
enum { BATCH = 10, LARGEST = 16 << 20 };

static int connected(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (descriptor < 0 || connect(descriptor, (void *)&address, sizeof address) < 0)
        err(1, "port %d", port);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

static int listening(void) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || bind(descriptor, (void *)&address, size) < 0 ||
        listen(descriptor, 256) < 0 || getsockname(descriptor, (void *)&address, &size) < 0)
        err(1, "cannot listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return descriptor;
}

static int write_all(int descriptor, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = send(descriptor, bytes, count, MSG_NOSIGNAL);
        if (written < 0) return -1;
        bytes += written, count -= written;
    }
    return 0;
}

// Reads one request or answer, ended by a zero, and returns its body; NULL at the end of the
// connection. Where there is no length there is no body.
static char *read_message(int descriptor, char *buffer, size_t size) {
    size_t count = 0;
    for (;;) {
        ssize_t got = recv(descriptor, buffer + count, size - count - 1, 0);
        if (got <= 0) return NULL;
        buffer[count += got] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        if (!end) continue;
        char *length = strcasestr(buffer, "\r\ncontent-length:");
        size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
        if (count >= (size_t)(end + 4 - buffer) + body) return end + 4;
    }
}

// The consumer

static char answer[LARGEST];

static char *call(int descriptor, const char *operation, const char *body) {
    static char request[1 << 16];
    int count = snprintf(
        request, sizeof request,
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
        "X-Amz-Target: AmazonSQS.%s\r\nContent-Length: %zu\r\n\r\n%s",
        operation, strlen(body), body);
    if (count >= (int)sizeof request || write_all(descriptor, request, count) < 0)
        err(1, "%s", operation);
    char *result = read_message(descriptor, answer, sizeof answer);
    if (!result || strncmp(answer, "HTTP/1.1 200", 12) != 0)
        errx(1, "%s: %.200s", operation, result ? answer : "no answer");
    return result;
}

static void post(int descriptor, const char *body, size_t count) {
    static char request[1 << 20];
    static char reply[1 << 12];
    int head = sprintf(
        request, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n\r\n", count);
    memcpy(request + head, body, count);
    if (write_all(descriptor, request, head + count) < 0 ||
        !read_message(descriptor, reply, sizeof reply))
        err(1, "the sink");
}

static void run(char *program) {
    char *arguments[] = {program, NULL};
    pid_t child;
    int status = posix_spawn(&child, program, NULL, NULL, arguments, environ);
    if (status != 0) errx(1, "%s: %s", program, strerror(status));
    if (waitpid(child, &status, 0) < 0 || status != 0) errx(1, "%s failed", program);
}

// The text that follows `key` up to the next quote; NULL when there is none.
static char *field(char *text, const char *key, size_t *count) {
    char *start = strstr(text, key);
    if (!start) return NULL;
    start += strlen(key);
    *count = strchr(start, '"') - start;
    return start;
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

static double used(void) {
    struct rusage own, children;
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    return seconds(own.ru_utime) + seconds(own.ru_stime) + seconds(children.ru_utime) +
        seconds(children.ru_stime);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void consume(int port, const char *url, long messages, const char *work, char *with) {
    static char receive[1 << 12], delete[1 << 16];
    int queue = connected(port), sink = strcmp(work, "post") == 0 ? connected(atoi(with)) : -1;
    snprintf(
        receive, sizeof receive,
        "{\"QueueUrl\":\"%s\",\"MaxNumberOfMessages\":%d,\"WaitTimeSeconds\":20}", url, BATCH);
    double start = now(), before = used();
    while (messages > 0) {
        char *handle = call(queue, "ReceiveMessage", receive), *body = handle;
        size_t size, length;
        int end = snprintf(delete, sizeof delete, "{\"QueueUrl\":\"%s\",\"Entries\":[", url);
        int taken = 0;
        // Each message has both, in an order of its own.
        while ((body = field(body, "\"Body\":\"", &size)) &&
               (handle = field(handle, "\"ReceiptHandle\":\"", &length))) {
            if (sink >= 0) post(sink, body, size);
            if (strcmp(work, "program") == 0) run(with);
            end += snprintf(
                delete + end, sizeof delete - end, "%s{\"Id\":\"%d\",\"ReceiptHandle\":\"%.*s\"}",
                taken ? "," : "", taken, (int)length, handle);
            taken++, messages--;
        }
        if (taken == 0) errx(1, "%ld messages are missing", messages);
        snprintf(delete + end, sizeof delete - end, "]}");
        call(queue, "DeleteMessageBatch", delete);
    }
    printf("%f %f\n", now() - start, used() - before);
}

// The servers

static void *answer_all(void *argument) {
    static const char reply[] = "HTTP/1.1 204 No Content\r\n\r\n";
    int descriptor = (int)(intptr_t)argument;
    char *buffer = malloc(LARGEST);
    while (read_message(descriptor, buffer, LARGEST))
        if (write_all(descriptor, reply, sizeof reply - 1) < 0) break;
    free(buffer);
    close(descriptor);
    return NULL;
}

struct way { int from, to; useconds_t delay; };

// What comes while something is on its way is taken along by the next look, later than it should
// be. Requests and answers take turns, so that does not happen here.
static void *carry(void *argument) {
    struct way way = *(struct way *)argument;
    struct pollfd readable = {.fd = way.from, .events = POLLIN};
    char *buffer = malloc(LARGEST);
    free(argument);
    for (;;) {
        if (poll(&readable, 1, -1) < 0) break;
        usleep(way.delay);
        ssize_t count = recv(way.from, buffer, LARGEST, 0);
        if (count <= 0 || write_all(way.to, buffer, count) < 0) break;
    }
    shutdown(way.to, SHUT_WR);
    free(buffer);
    return NULL;
}

static void begin(void *(*work)(void *), void *argument) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, argument) != 0) errx(1, "no thread");
    pthread_detach(thread);
}

static struct way *way(int from, int to, useconds_t delay) {
    struct way *way = malloc(sizeof *way);
    *way = (struct way){from, to, delay};
    return way;
}

static void serve(int port, useconds_t delay) {
    int listener = listening(), on = 1;
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0) err(1, "accept");
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (port == 0) {
            begin(answer_all, (void *)(intptr_t)client);
        } else {
            int server = connected(port);
            begin(carry, way(client, server, delay));
            begin(carry, way(server, client, delay));
        }
    }
}

int main(int count, char **arguments) {
    if (count >= 6 && strcmp(arguments[1], "consume") == 0)
        consume(atoi(arguments[2]), arguments[3], atol(arguments[4]), arguments[5], arguments[6]);
    else if (count == 2 && strcmp(arguments[1], "sink") == 0)
        serve(0, 0);
    else if (count == 4 && strcmp(arguments[1], "relay") == 0)
        serve(atoi(arguments[2]), atoi(arguments[3]) * 1000);
    else
        errx(64, "see the head of peers.c");
}
