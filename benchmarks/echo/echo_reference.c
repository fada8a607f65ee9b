// SPDX-License-Identifier: Apache-2.0
// The reference to come close to: an echo server on one thread, edge-triggered epoll, no allocation.
// Usage: echo_reference PORT                           (build: cc -O2 -o echo_reference echo_reference.c)
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void accept_all(int listener, int epoll) {
    int fd, one = 1;
    while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.fd = fd};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
    }
}

// A read shorter than the buffer has drained the socket: edge-triggered epoll tells when more arrives.
// Unless the peer has closed already: its FIN may have come with the same edge as the data, and no other follows.
static void echo(int fd, int closing) {
    static char buffer[1 << 16];
    for (;;) {
        ssize_t r = read(fd, buffer, sizeof buffer);
        if (r == 0) close(fd);
        if (r <= 0) return;
        for (ssize_t sent = 0; sent < r;) {
            ssize_t w = write(fd, buffer + sent, r - sent);
            if (w < 0) return; // a reference for small messages: it never fills the socket's buffer
            sent += w;
        }
        if (r < (ssize_t)sizeof buffer && !closing) return;
    }
}

int main(int argc, char **argv) {
    struct rlimit limit = {1 << 20, 1 << 20};
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
            else echo(events[i].data.fd, events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
    }
}
