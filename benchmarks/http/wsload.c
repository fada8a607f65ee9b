/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps one WebSocket message of 64 bytes in flight on each of many connections, and prints how many came back.
 * Usage: wsload PORT PATH CONNECTIONS SECONDS
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SIZE = 64, SENT = SIZE + 6, BACK = SIZE + 2 };

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int opened(int port, const char *path) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    char head[512];
    int n = snprintf(head, sizeof head,
                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
                     path);
    if (write(fd, head, n) != n) die("write");
    for (n = 0; n < 4 || memcmp(head + n - 4, "\r\n\r\n", 4) != 0; n++)
        if (n == sizeof head || read(fd, head + n, 1) != 1) die("no handshake");
    if (memcmp(head, "HTTP/1.1 101", 12) != 0) {
        fprintf(stderr, "wsload: %.40s\n", head);
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    int count = atoi(argv[3]), epoll = epoll_create1(0);
    char frame[SENT] = {(char)0x81, (char)(0x80 | SIZE), 1, 2, 3, 4}, back[BACK];
    for (int i = 0; i < SIZE; i++) frame[6 + i] = 'x' ^ (i % 4 + 1);
    int *got = calloc(1 << 16, sizeof *got);
    for (int i = 0; i < count; i++) {
        int fd = opened(atoi(argv[1]), argv[2]);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
        if (write(fd, frame, SENT) != SENT) die("write");
    }
    long done = 0;
    for (double end = now() + atof(argv[4]); now() < end;) {
        struct epoll_event events[256];
        int n = epoll_wait(epoll, events, 256, 100);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd, k = read(fd, back, BACK - got[fd]);
            if (k <= 0) die("read");
            if ((got[fd] += k) == BACK) {
                got[fd] = 0;
                done++;
                if (write(fd, frame, SENT) != SENT) die("write");
            }
        }
    }
    printf("%ld requests in\n", done);
    return 0;
}
