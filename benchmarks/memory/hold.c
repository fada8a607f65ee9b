// SPDX-License-Identifier: Apache-2.0
// Opens COUNT connections to an echo server, has one byte echoed on each, says "ready" and holds them until its standard
// input ends. Usage: hold PORT COUNT                   (build: cc -O2 -o hold hold.c)
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what) {
    perror(what);
    exit(1);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s PORT COUNT\n", argv[0]);
        return 2;
    }
    struct rlimit limit = {1 << 20, 1 << 20};
    if (setrlimit(RLIMIT_NOFILE, &limit)) { // not root: as many as it may
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int count = atoi(argv[2]);
    for (int i = 0; i < count; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        char byte = 'x';
        if (fd < 0) die("socket");
        if (connect(fd, (struct sockaddr *)&to, sizeof to)) die("connect");
        if (write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1) die("echo");
    }
    puts("ready");
    fflush(stdout);
    char rest[256];
    while (read(0, rest, sizeof rest) > 0) {
    }
    return 0;
}
