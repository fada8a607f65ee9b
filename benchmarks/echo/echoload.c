// SPDX-License-Identifier: Apache-2.0
// Echo load generator: keeps one message in flight on each of N connections and counts round trips.
// Usage: echoload PORT CONNECTIONS BYTES SECONDS       (build: cc -O2 -o echoload echoload.c)
// Prints: connections= bytes= round_trips= per_s= p50_us= p99_us=   (rates leave the first 30 % of the time out)
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_US 100000 // latencies above are counted as MAX_US - 1

typedef struct {
    int fd;
    int received;
    double sent_at;
} Connection;

static unsigned long histogram[MAX_US];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static long percentile(double p, unsigned long count) {
    unsigned long seen = 0;
    for (long us = 0; us < MAX_US; us++) {
        seen += histogram[us];
        if (seen >= p * count) return us;
    }
    return MAX_US;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: %s PORT CONNECTIONS BYTES SECONDS\n", argv[0]);
        return 2;
    }
    int port = atoi(argv[1]), n = atoi(argv[2]), bytes = atoi(argv[3]);
    double seconds = atof(argv[4]);
    struct rlimit limit = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_NOFILE, &limit);

    char *message = malloc(bytes), *buffer = malloc(1 << 16);
    memset(message, 'x', bytes);
    Connection *connections = calloc(n, sizeof *connections);
    int epoll = epoll_create1(0), one = 1;
    for (int i = 0; i < n; i++) {
        Connection *c = &connections[i];
        c->fd = socket(AF_INET, SOCK_STREAM, 0);
        if (c->fd < 0) die("socket");
        // 20,000 connections a source address: 127.0.0.1, 127.0.0.2, ...
        struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001 + i / 20000)};
        setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        bind(c->fd, (struct sockaddr *)&from, sizeof from);
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(0x7f000001)};
        if (connect(c->fd, (struct sockaddr *)&to, sizeof to)) die("connect");
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e);
    }
    double start = now(), warm = start + 0.3 * seconds, end = start + seconds;
    for (int i = 0; i < n; i++) {
        connections[i].sent_at = now();
        if (write(connections[i].fd, message, bytes) != bytes) die("write");
    }
    unsigned long total = 0, counted = 0;
    struct epoll_event events[1024];
    for (double t = start; t < end; t = now()) {
        int ready = epoll_wait(epoll, events, 1024, 100);
        for (int i = 0; i < ready; i++) {
            Connection *c = events[i].data.ptr;
            ssize_t r = read(c->fd, buffer, 1 << 16);
            if (r <= 0) die("the server closed a connection");
            c->received += r;
            if (c->received < bytes) continue;
            c->received = 0;
            total++;
            double arrived = now();
            if (arrived >= warm) {
                long us = (arrived - c->sent_at) * 1e6;
                histogram[us < MAX_US ? us : MAX_US - 1]++;
                counted++;
            }
            c->sent_at = arrived;
            if (write(c->fd, message, bytes) != bytes) die("write");
        }
    }
    printf("connections=%d bytes=%d round_trips=%lu per_s=%.0f p50_us=%ld p99_us=%ld\n", n, bytes, total,
           counted / (now() - warm), percentile(.5, counted), percentile(.99, counted));
    return 0;
}
