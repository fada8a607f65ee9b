// SPDX-License-Identifier: Apache-2.0
// The reference to come close to: an echo server on one thread, edge-triggered epoll, no allocation while a client reads what it is sent.
// Usage: echo_reference PORT                           (build: cc -O2 -o echo_reference echo_reference.c)
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define DESCRIPTORS (1 << 20)
#define SIZE (1 << 16)

// What a socket did not take; nothing more is read until it is sent.
static struct { char *bytes; int from, to; } rest[DESCRIPTORS];

static void accept_all(int listener, int epoll) {
    int fd, one = 1;
    while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.fd = fd};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
    }
}

static void end(int fd) {
    free(rest[fd].bytes);
    rest[fd].bytes = NULL;
    close(fd);
}

// Bytes that were taken, -1 after an error.
static int send_some(int fd, char *bytes, int length) {
    int sent = 0;
    while (sent < length) {
        ssize_t w = write(fd, bytes + sent, length - sent);
        if (w < 0 && errno == EAGAIN) break;
        if (w < 0) return -1;
        sent += w;
    }
    return sent;
}

static void await_room(int epoll, int fd, char *bytes, int length) {
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.fd = fd};
    rest[fd].bytes = malloc(length);
    if (!rest[fd].bytes) abort();
    memcpy(rest[fd].bytes, bytes, length);
    rest[fd].from = 0, rest[fd].to = length;
    epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e);
}

// Whether nothing is left, so that more can be read.
static int send_rest(int fd) {
    int sent = send_some(fd, rest[fd].bytes + rest[fd].from, rest[fd].to - rest[fd].from);
    if (sent < 0) {
        end(fd);
        return 0;
    }
    rest[fd].from += sent;
    if (rest[fd].from < rest[fd].to) return 0;
    free(rest[fd].bytes);
    rest[fd].bytes = NULL;
    return 1;
}

// A read shorter than the buffer has drained the socket: edge-triggered epoll tells when more arrives.
// Unless the peer has closed already: its FIN may have come with the same edge as the data, and no other follows.
static void echo(int epoll, int fd, int closing) {
    static char buffer[SIZE];
    if (rest[fd].bytes) {
        if (!send_rest(fd)) return;
        closing = 1; // edges that came meanwhile were not looked at: read until there is nothing
    }
    for (;;) {
        ssize_t r = read(fd, buffer, sizeof buffer);
        if (r < 0 && errno == EAGAIN) return;
        int sent = r > 0 ? send_some(fd, buffer, r) : -1;
        if (sent < 0) {
            end(fd);
            return;
        }
        if (sent < r) {
            await_room(epoll, fd, buffer + sent, r - sent);
            return;
        }
        if (r < (ssize_t)sizeof buffer && !closing) return;
    }
}

int main(int argc, char **argv) {
    struct rlimit limit = {DESCRIPTORS, DESCRIPTORS};
    setrlimit(RLIMIT_NOFILE, &limit);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 6000)};
    if (bind(listener, (struct sockaddr *)&a, sizeof a) || listen(listener, 4096)) {
        perror("listen");
        return 1;
    }
    int epoll = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, events[1024];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);
    for (;;) {
        int ready = epoll_wait(epoll, events, 1024, -1);
        for (int i = 0; i < ready; i++)
            if (events[i].data.fd == listener) accept_all(listener, epoll);
            else echo(epoll, events[i].data.fd, events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
    }
}
