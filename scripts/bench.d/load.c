/*
 * A closed-loop HTTPS load for a forward proxy: each of N threads has one connection, sends CONNECT, speaks TLS through it
 * and asks for the same body again and again, checking status and length each time. The proxy's certificate must chain
 * to the given root: a proxy that only tunnels would otherwise be measured as if it intercepted.
 *
 * load PROXY_PORT ORIGIN_PORT PATH BYTES CONNECTIONS keep|new WARM_SECONDS SECONDS ROOT_PEM PROXY_PID
 *
 * Prints one line: ok errors seconds mib p50_us p99_us proxy_cpu_seconds load_cpu_seconds
 * The time to make a connection counts only with `new`. Build: cc -O2 -pthread load.c -lssl -lcrypto
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_LIMIT = 16384, READ_SIZE = 65536, SAMPLES_PER_THREAD = 1 << 18, SOCKET_TIMEOUT_SECONDS = 10 };

static struct {
    int proxy_port, origin_port, fresh;
    const char *path;
    long bytes;
} plan;

static SSL_CTX *tls;
static atomic_int measuring, stopping;

struct worker {
    pthread_t thread;
    long ok, errors;
    unsigned *micros; /* of each measured request, up to SAMPLES_PER_THREAD */
    char reason[160]; /* of the last error */
    int fd;
    SSL *ssl;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int fail(struct worker *w, const char *what) {
    unsigned long code = ERR_get_error();
    snprintf(w->reason, sizeof w->reason, "%s%s%s", what, code ? ": " : "", code ? ERR_reason_error_string(code) : "");
    return 0;
}

static void hang_up(struct worker *w) {
    if (w->ssl) {
        SSL_shutdown(w->ssl); /* sends close_notify; the answer is not awaited */
        SSL_free(w->ssl);
    }
    if (w->fd >= 0) close(w->fd);
    w->ssl = NULL;
    w->fd = -1;
}

static int dial(struct worker *w) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(plan.proxy_port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval limit = {.tv_sec = SOCKET_TIMEOUT_SECONDS};
    int one = 1;
    w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (w->fd < 0) return fail(w, "socket");
    setsockopt(w->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(w->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return connect(w->fd, (struct sockaddr *)&to, sizeof to) == 0 ? 1 : fail(w, "connect");
}

static int open_tunnel(struct worker *w) {
    char text[512];
    int length = snprintf(text, sizeof text, "CONNECT localhost:%d HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", plan.origin_port,
                          plan.origin_port);
    if (send(w->fd, text, length, MSG_NOSIGNAL) != length) return fail(w, "send CONNECT");
    /* The server speaks only after our ClientHello, so what follows the head cannot have come yet. */
    for (length = 0; length < (int)sizeof text - 1;) {
        ssize_t n = recv(w->fd, text + length, sizeof text - 1 - length, 0);
        if (n <= 0) return fail(w, "no answer to CONNECT");
        length += n;
        text[length] = 0;
        if (strstr(text, "\r\n\r\n")) return strncmp(text + 8, " 200", 4) == 0 ? 1 : fail(w, "CONNECT was refused");
    }
    return fail(w, "the answer to CONNECT is too long");
}

static int set_up(struct worker *w) {
    ERR_clear_error();
    if (!dial(w) || !open_tunnel(w)) return 0;
    w->ssl = SSL_new(tls);
    SSL_set_fd(w->ssl, w->fd);
    SSL_set_tlsext_host_name(w->ssl, "localhost");
    return SSL_connect(w->ssl) == 1 ? 1 : fail(w, "TLS handshake");
}

/* The content's length from a whole response head, or -1. */
static long content_length(const char *head) {
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, "content-length:", 15) == 0) return atol(line + 17);
    return -1;
}

/* Reads up to the end of the head; returns how many octets of content came with it, or -1. */
static long read_head(struct worker *w, char *head) {
    for (int length = 0; length < HEAD_LIMIT - 1;) {
        int n = SSL_read(w->ssl, head + length, HEAD_LIMIT - 1 - length);
        if (n <= 0) return fail(w, "cut before the response's head was whole"), -1;
        length += n;
        head[length] = 0;
        char *end = strstr(head, "\r\n\r\n");
        if (!end) continue;
        end += 4;
        long content = length - (end - head);
        *end = 0;
        return content;
    }
    return fail(w, "the response's head is too long"), -1;
}

static int exchange(struct worker *w, char *buffer) {
    int length = snprintf(buffer, HEAD_LIMIT, "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n",
                          plan.path, plan.origin_port);
    ERR_clear_error();
    if (SSL_write(w->ssl, buffer, length) != length) return fail(w, "send request");
    long came = read_head(w, buffer);
    if (came < 0) return 0;
    if (strncmp(buffer + 8, " 200", 4) != 0) return fail(w, "status is not 200");
    if (content_length(buffer) != plan.bytes) return fail(w, "wrong Content-Length");
    while (came < plan.bytes) {
        int n = SSL_read(w->ssl, buffer, READ_SIZE);
        if (n <= 0) return fail(w, "content was cut");
        came += n;
    }
    return came == plan.bytes ? 1 : fail(w, "more content than announced");
}

static void *work(void *argument) {
    struct worker *w = argument;
    char *buffer = malloc(READ_SIZE);
    while (!stopping) {
        double begin = now();
        if (w->fd < 0 && plan.fresh == 0) {
            if (set_up(w)) begin = now();
        } else if (w->fd < 0) {
            set_up(w);
        }
        int good = w->ssl && SSL_is_init_finished(w->ssl) && exchange(w, buffer);
        if (measuring && !stopping) {
            if (!good) w->errors++;
            else {
                if (w->ok < SAMPLES_PER_THREAD) w->micros[w->ok] = (now() - begin) * 1e6;
                w->ok++;
            }
        }
        if (!good) usleep(10000); /* a proxy that refuses must not be flooded */
        if (!good || plan.fresh) hang_up(w);
    }
    hang_up(w);
    free(buffer);
    return NULL;
}

/* User and system time of a process so far, in seconds; its ended children included. */
static double cpu_of(long pid) {
    char name[64], text[1024];
    snprintf(name, sizeof name, "/proc/%ld/stat", pid);
    FILE *file = fopen(name, "r");
    if (!file) return 0;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = 0;
    long user = 0, system = 0, children_user = 0, children_system = 0;
    char *after_name = strrchr(text, ')');
    if (!after_name || sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld %ld %ld", &user, &system,
                              &children_user, &children_system) != 4)
        return 0;
    return (double)(user + system + children_user + children_system) / sysconf(_SC_CLK_TCK);
}

static double own_cpu(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int ascending(const void *a, const void *b) {
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

static void print(struct worker *workers, int count, double seconds, double proxy_cpu, double load_cpu) {
    long ok = 0, errors = 0;
    size_t samples = 0;
    unsigned *all = malloc((size_t)count * SAMPLES_PER_THREAD * sizeof *all);
    for (int i = 0; i < count; i++) {
        struct worker *w = &workers[i];
        long kept = w->ok < SAMPLES_PER_THREAD ? w->ok : SAMPLES_PER_THREAD;
        memcpy(all + samples, w->micros, kept * sizeof *all);
        samples += kept;
        ok += w->ok;
        errors += w->errors;
        if (w->errors) fprintf(stderr, "load: %s\n", w->reason);
    }
    qsort(all, samples, sizeof *all, ascending);
    printf("%ld %ld %.3f %.2f %u %u %.2f %.2f\n", ok, errors, seconds, ok * (double)plan.bytes / (1 << 20),
           samples ? all[samples / 2] : 0, samples ? all[samples * 99 / 100] : 0, proxy_cpu, load_cpu);
}

int main(int argc, char **argv) {
    if (argc != 11) return fprintf(stderr, "load: 10 arguments expected, see the source\n"), 2;
    plan.proxy_port = atoi(argv[1]);
    plan.origin_port = atoi(argv[2]);
    plan.path = argv[3];
    plan.bytes = atol(argv[4]);
    int count = atoi(argv[5]);
    plan.fresh = strcmp(argv[6], "new") == 0;
    double warm = atof(argv[7]), seconds = atof(argv[8]);
    long pid = atol(argv[10]);
    signal(SIGPIPE, SIG_IGN);
    tls = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_load_verify_locations(tls, argv[9], NULL) != 1) return fprintf(stderr, "load: cannot read %s\n", argv[9]), 2;
    struct worker *workers = calloc(count, sizeof *workers);
    for (int i = 0; i < count; i++) {
        workers[i].fd = -1;
        workers[i].micros = malloc(SAMPLES_PER_THREAD * sizeof(unsigned));
        pthread_create(&workers[i].thread, NULL, work, &workers[i]);
    }
    usleep(warm * 1e6);
    double begin = now(), proxy_cpu = cpu_of(pid), load_cpu = own_cpu();
    measuring = 1;
    usleep(seconds * 1e6);
    stopping = 1;
    double end = now();
    proxy_cpu = cpu_of(pid) - proxy_cpu;
    load_cpu = own_cpu() - load_cpu;
    for (int i = 0; i < count; i++) pthread_join(workers[i].thread, NULL);
    print(workers, count, end - begin, proxy_cpu, load_cpu);
    return 0;
}
