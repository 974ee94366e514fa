/*
 * One huge body each way through a forward proxy, over TLS on both legs: a client and an origin in one process. Nothing is read from
 * a disk or kept: octet n of a body is octet n modulo 65,521 of a table, so that whoever receives it can tell one that is
 * missing, doubled or changed.
 *
 * bigbody PROXY_PORT OCTETS ROOT_PEM ORIGIN_CERT_PEM ORIGIN_KEY_PEM
 *
 * Prints `down OCTETS` and `up OCTETS`, as received, checked by the client and by the origin. Exit code 0 when both are what was
 * asked for. Build: cc -O2 -pthread bigbody.c -lssl -lcrypto
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { HEAD_LIMIT = 16384, BLOCK = 65536, PERIOD = 65521, SOCKET_TIMEOUT_SECONDS = 120 };

static unsigned char table[PERIOD + BLOCK];
static long octets;

static void die(const char *what) {
    unsigned long code = ERR_get_error();
    fprintf(stderr, "bigbody: %s%s%s\n", what, code ? ": " : "", code ? ERR_reason_error_string(code) : "");
    exit(1);
}

static void fill_table(void) {
    unsigned state = 1;
    for (int i = 0; i < PERIOD; i++) {
        state = state * 1664525u + 1013904223u;
        table[i] = state >> 24;
    }
    for (int i = PERIOD; i < PERIOD + BLOCK; i++) table[i] = table[i - PERIOD];
}

/* A connection of either side, with what was read beyond a head. */
struct peer {
    SSL *ssl;
    char head[HEAD_LIMIT];
    char *beyond;
    int beyond_length;
};

static void read_head(struct peer *p) {
    for (int length = 0; length < HEAD_LIMIT - 1;) {
        int n = SSL_read(p->ssl, p->head + length, HEAD_LIMIT - 1 - length);
        if (n <= 0) die("cut before a head was whole");
        length += n;
        p->head[length] = 0;
        char *end = strstr(p->head, "\r\n\r\n");
        if (end) {
            p->beyond = end + 4;
            p->beyond_length = length - (p->beyond - p->head);
            return;
        }
    }
    die("a head is too long");
}

static void say(struct peer *p, const char *text) {
    if (SSL_write(p->ssl, text, strlen(text)) != (int)strlen(text)) die("cannot send a head");
}

static void send_body(struct peer *p) {
    for (long at = 0; at < octets;) {
        long left = octets - at;
        int n = SSL_write(p->ssl, table + at % PERIOD, left < BLOCK ? left : BLOCK);
        if (n <= 0) die("cannot send the body");
        at += n;
    }
}

/* Reads and checks a body; returns how many octets it had, all of them right. */
static long take_body(struct peer *p) {
    static _Thread_local unsigned char block[BLOCK];
    long at;
    if (memcmp(p->beyond, table, p->beyond_length) != 0) die("octets changed at the body's beginning");
    for (at = p->beyond_length; at < octets;) {
        int n = SSL_read(p->ssl, block, octets - at < BLOCK ? octets - at : BLOCK);
        if (n <= 0) die("the body was cut");
        if (memcmp(block, table + at % PERIOD, n) != 0) die("octets are missing, doubled or changed");
        at += n;
    }
    return at;
}

static int limited(int fd) {
    struct timeval limit = {.tv_sec = SOCKET_TIMEOUT_SECONDS};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return fd;
}

struct origin {
    int listener;
    SSL_CTX *tls;
};

/* One request per connection: GET is answered with a body, POST's body is counted and the count is the answer. */
static void *serve(void *argument) {
    struct origin *origin = argument;
    for (;;) {
        struct peer p = {.ssl = SSL_new(origin->tls)};
        char text[256], count[32];
        int fd = accept(origin->listener, NULL, NULL);
        if (fd < 0) die("accept");
        SSL_set_fd(p.ssl, limited(fd));
        if (SSL_accept(p.ssl) != 1) die("the origin's TLS handshake");
        read_head(&p);
        if (strncmp(p.head, "GET ", 4) == 0) {
            snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: %ld\r\nConnection: close\r\n\r\n", octets);
            say(&p, text);
            send_body(&p);
        } else {
            snprintf(count, sizeof count, "%ld", take_body(&p));
            snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", strlen(count), count);
            say(&p, text);
        }
        SSL_shutdown(p.ssl);
        SSL_free(p.ssl);
        close(fd);
    }
    return NULL;
}

static int start_origin(struct origin *origin, const char *cert, const char *key) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof at;
    pthread_t thread;
    origin->tls = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_file(origin->tls, cert, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(origin->tls, key, SSL_FILETYPE_PEM) != 1)
        die("the origin's certificate");
    origin->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(origin->listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(origin->listener, 4) != 0 ||
        getsockname(origin->listener, (struct sockaddr *)&at, &length) != 0)
        die("the origin cannot listen");
    pthread_create(&thread, NULL, serve, origin);
    return ntohs(at.sin_port);
}

static struct peer *through_proxy(int proxy, int origin, SSL_CTX *tls) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(proxy), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    char text[512];
    int fd = limited(socket(AF_INET, SOCK_STREAM, 0)), length = 0;
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) die("cannot reach the proxy");
    dprintf(fd, "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", origin, origin);
    do {
        ssize_t n = recv(fd, text + length, sizeof text - 1 - length, 0);
        if (n <= 0) die("no answer to CONNECT");
        length += n;
        text[length] = 0;
    } while (!strstr(text, "\r\n\r\n"));
    if (strncmp(text + 8, " 200", 4) != 0) die("CONNECT was refused");
    struct peer *p = calloc(1, sizeof *p);
    p->ssl = SSL_new(tls);
    SSL_set_fd(p->ssl, fd);
    if (SSL_connect(p->ssl) != 1) die("the client's TLS handshake");
    return p;
}

int main(int argc, char **argv) {
    struct origin origin;
    char text[256];
    if (argc != 6) return fprintf(stderr, "bigbody: 5 arguments expected, see the source\n"), 2;
    signal(SIGPIPE, SIG_IGN);
    fill_table();
    octets = atol(argv[2]);
    int proxy = atoi(argv[1]), port = start_origin(&origin, argv[4], argv[5]);
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_load_verify_locations(tls, argv[3], NULL) != 1) die("cannot read the proxy's root");

    struct peer *down = through_proxy(proxy, port, tls);
    say(down, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    read_head(down);
    if (strncmp(down->head + 8, " 200", 4) != 0) die("status is not 200");
    printf("down %ld\n", take_body(down));
    fflush(stdout);

    struct peer *up = through_proxy(proxy, port, tls);
    snprintf(text, sizeof text, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %ld\r\nConnection: close\r\n\r\n", octets);
    say(up, text);
    send_body(up);
    read_head(up);
    if (strncmp(up->head + 8, " 200", 4) != 0) die("status is not 200");
    int n;
    while ((n = SSL_read(up->ssl, up->beyond + up->beyond_length, 32)) > 0) up->beyond_length += n;
    up->beyond[up->beyond_length] = 0;
    printf("up %s\n", up->beyond);
    return atol(up->beyond) == octets ? 0 : 1;
}
