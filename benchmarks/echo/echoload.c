// SPDX-License-Identifier: Apache-2.0
// Echo load on several servers that all stay up and take turns in short slices, so that whatever else the machine does
// disturbs all of them alike. In a slice one message is in flight on each connection to one server, and the others rest.
//
// Usage: echoload CONNECTIONS BYTES SLICE_MS WARM_UP ROUNDS NAME:PORT:SESSION ...  (build: cc -O2 -o echoload echoload.c)
// SESSION is the leader of the session that a server was started in: the server is all processes of that and all below them.
// WARM_UP and ROUNDS are rounds of a slice for each server. Prints a line for each slice after the warm-up, tabs between:
//     connections bytes round name round_trips cpu_ns user_ticks system_ticks wall_us
// A server that dies or does not send back what it was sent is reported on stderr and left out from then on; status 1.
// With SPIN=1 in the environment it never sleeps, so that no server pays for waking it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 10 // seconds until a server counts as stuck
#define CONNECTIONS_PER_ADDRESS 10000 // 127.0.0.1, 127.0.0.2, ...: each has 28,000 ports, also for those just closed
#define EVENTS 1024

typedef struct {
    unsigned long long cpu_ns;
    unsigned long user_ticks, system_ticks;
} Usage;

typedef struct {
    pid_t pid, parent, session;
    Usage usage; // at the last reading
} Process;

typedef struct {
    int fd;
    int received; // bytes of the message in flight
} Connection;

typedef struct {
    char *name;
    int port;
    pid_t session;
    bool failed;
    int epoll;
    Connection *connections; // null while there are none
    Process *processes;
    int process_count;
} Server;

static int connections, bytes, current_round;
static char *message, *buffer;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory) {
        perror("calloc");
        exit(2);
    }
    return memory;
}

// --- Connections ---------------------------------------------------------------------------------------------------

static void disconnect(Server *s) {
    if (!s->connections) return;
    for (int i = 0; i < connections; i++)
        if (s->connections[i].fd >= 0) close(s->connections[i].fd);
    close(s->epoll);
    free(s->connections);
    s->connections = NULL;
}

// Reports what is wrong with a server and leaves it out from now on. Returns false, for the caller to return.
__attribute__((format(printf, 2, 3))) static bool fail(Server *s, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: %d connections, %d bytes, ", s->name, connections, bytes);
    if (current_round > 0) fprintf(stderr, "round %d: ", current_round);
    else fprintf(stderr, "warm-up: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    disconnect(s);
    s->failed = true;
    return false;
}

static bool open_connection(Server *s, int index) {
    Connection *c = &s->connections[index];
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK + index / CONNECTIONS_PER_ADDRESS)};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(s->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = PATIENCE};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    int one = 1;
    if ((c->fd = socket(AF_INET, SOCK_STREAM, 0)) < 0) return fail(s, "socket: %s", strerror(errno));
    // The limit on sending is one on connecting too.
    if (setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) ||
        setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one) ||
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) ||
        bind(c->fd, (struct sockaddr *)&from, sizeof from) || epoll_ctl(s->epoll, EPOLL_CTL_ADD, c->fd, &event))
        return fail(s, "connection %d: %s", index + 1, strerror(errno));
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to))
        return fail(s, "it does not accept connection %d: %s", index + 1,
                    strerror(errno == EINPROGRESS ? ETIMEDOUT : errno));
    return true;
}

static bool connect_all(Server *s) {
    s->connections = allocate(connections, sizeof *s->connections);
    for (int i = 0; i < connections; i++) s->connections[i].fd = -1;
    if ((s->epoll = epoll_create1(0)) < 0) return fail(s, "epoll: %s", strerror(errno));
    for (int i = 0; i < connections; i++)
        if (!open_connection(s, i)) return false;
    return true;
}

static bool send_message(Server *s, Connection *c) {
    ssize_t sent = send(c->fd, message, bytes, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return fail(s, "it has ended a connection: %s", strerror(errno));
    if (sent < bytes) return fail(s, "it takes no bytes for %d s", PATIENCE);
    c->received = 0;
    return true;
}

static bool receive(Server *s, Connection *c) {
    ssize_t got = recv(c->fd, buffer, bytes + 1, 0); // one more than it may send
    if (got < 0) return fail(s, "it has ended a connection: %s", strerror(errno));
    if (got == 0) return fail(s, "it has ended a connection");
    if (c->received + got > bytes) return fail(s, "it sends back more than it was sent");
    if (memcmp(message + c->received, buffer, got)) return fail(s, "it sends back other bytes than it was sent");
    c->received += got;
    return true;
}

// One message in flight on each connection until the time is over, and until all of them are back.
static bool echo_for(Server *s, double seconds, unsigned long *round_trips) {
    static struct epoll_event events[EVENTS];
    bool spin = getenv("SPIN") != NULL;
    double progress = now(), end = progress + seconds;
    int in_flight = 0;
    *round_trips = 0;
    while (in_flight < connections)
        if (!send_message(s, &s->connections[in_flight++])) return false;
    while (in_flight > 0) {
        int ready = epoll_wait(s->epoll, events, EVENTS, spin ? 0 : 1000);
        double time = now();
        if (ready > 0) progress = time;
        else if (time > progress + PATIENCE)
            return fail(s, "nothing came back for %d s on %d connections", PATIENCE, in_flight);
        for (int i = 0; i < ready; i++) {
            Connection *c = events[i].data.ptr;
            if (!receive(s, c)) return false;
            if (c->received < bytes) continue;
            ++*round_trips;
            if (time >= end) in_flight--;
            else if (!send_message(s, c)) return false;
        }
    }
    return true;
}

// --- Processes -----------------------------------------------------------------------------------------------------

// Parent, session and ticks of the process p->pid; whether there is one.
static bool read_stat(Process *p) {
    char path[32], line[1024], *rest;
    snprintf(path, sizeof path, "/proc/%d/stat", p->pid);
    FILE *file = fopen(path, "r");
    if (!file) return false;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = '\0';
    rest = strrchr(line, ')'); // its name, before that, may be anything
    return rest && sscanf(rest + 1, " %*c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &p->parent, &p->session,
                          &p->usage.user_ticks, &p->usage.system_ticks) == 4;
}

// The time comes from the scheduler: nanoseconds, of all threads, also of those that have ended.
static bool read_usage(Process *p) {
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(p->pid, &clock) || clock_gettime(clock, &t) || !read_stat(p)) return false;
    p->usage.cpu_ns = t.tv_sec * 1000000000ull + t.tv_nsec;
    return true;
}

static Process *list_processes(int *count) {
    int room = 256;
    Process *all = allocate(room, sizeof *all);
    DIR *directory = opendir("/proc");
    *count = 0;
    if (!directory) {
        perror("/proc");
        exit(2);
    }
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        if (*count == room && !(all = reallocarray(all, room *= 2, sizeof *all))) {
            perror("reallocarray");
            exit(2);
        }
        all[*count] = (Process){.pid = atoi(entry->d_name)};
        if (read_stat(&all[*count])) ++*count;
    }
    closedir(directory);
    return all;
}

static bool belongs_to(Server *s, Process *p) {
    if (p->session == s->session) return true;
    for (int i = 0; i < s->process_count; i++)
        if (s->processes[i].pid == p->parent) return true;
    return false;
}

// Who works may stand behind a launcher, or be several. After the warm-up, when all that a server starts has been started.
static bool find_processes(Server *s) {
    int count, before;
    Process *all = list_processes(&count);
    s->processes = allocate(count, sizeof *s->processes);
    s->process_count = 0;
    do {
        before = s->process_count;
        for (int i = 0; i < count; i++) {
            if (!all[i].pid || !belongs_to(s, &all[i])) continue;
            s->processes[s->process_count++] = all[i];
            all[i].pid = 0; // found
        }
    } while (s->process_count > before);
    free(all);
    return s->process_count || fail(s, "none of its processes is below the command that was started");
}

// What the processes of a server have used since the last call. One that has ended meanwhile counts as nothing.
static Usage take_usage(Server *s) {
    Usage sum = {0};
    for (int i = 0; i < s->process_count; i++) {
        Process *p = &s->processes[i];
        Usage last = p->usage;
        if (!read_usage(p)) continue;
        sum.cpu_ns += p->usage.cpu_ns - last.cpu_ns;
        sum.user_ticks += p->usage.user_ticks - last.user_ticks;
        sum.system_ticks += p->usage.system_ticks - last.system_ticks;
    }
    return sum;
}

// --- Rounds --------------------------------------------------------------------------------------------------------

static bool measure(Server *s, double seconds) {
    unsigned long round_trips;
    take_usage(s);
    double start = now();
    if (!echo_for(s, seconds, &round_trips)) return false;
    double end = now();
    usleep(300); // until it sleeps: the kernel accounts a thread's time when it stops running, and at clock ticks
    Usage usage = take_usage(s);
    if (!usage.cpu_ns) return fail(s, "its processes used no time: another, not below the command, does the work");
    printf("%d\t%d\t%d\t%s\t%lu\t%llu\t%lu\t%lu\t%.0f\n", connections, bytes, current_round, s->name, round_trips,
           usage.cpu_ns, usage.user_ticks, usage.system_ticks, (end - start) * 1e6);
    return true;
}

static Server *parse_servers(char **arguments, int count) {
    Server *servers = allocate(count, sizeof *servers);
    for (int i = 0; i < count; i++) {
        Server *s = &servers[i];
        if (sscanf(arguments[i], "%m[^:]:%d:%d", &s->name, &s->port, &s->session) != 3) {
            fprintf(stderr, "not NAME:PORT:SESSION: %s\n", arguments[i]);
            exit(2);
        }
    }
    return servers;
}

int main(int argc, char **argv) {
    if (argc < 7 || (connections = atoi(argv[1])) < 1 || (bytes = atoi(argv[2])) < 1) {
        fprintf(stderr, "usage: %s CONNECTIONS BYTES SLICE_MS WARM_UP ROUNDS NAME:PORT:SESSION ...\n", argv[0]);
        return 2;
    }
    double seconds = atoi(argv[3]) / 1e3;
    int warm_up = atoi(argv[4]), rounds = atoi(argv[5]), count = argc - 6, failed = 0;
    Server *servers = parse_servers(argv + 6, count);
    message = allocate(bytes, 1);
    buffer = allocate(bytes + 1, 1);
    for (int i = 0; i < bytes; i++) message[i] = random(); // bytes that are lost or swapped show

    for (int round = 0; round < warm_up + rounds; round++) {
        current_round = round - warm_up + 1; // from 1; the warm-up ends with 0
        for (int turn = 0; turn < count; turn++) {
            Server *s = &servers[round & 1 ? count - 1 - turn : turn]; // there and back: no server is always behind the same
            unsigned long ignored;
            if (s->failed) continue;
            if (round == 0 || round == warm_up / 2) { // in the middle anew, so that it has seen connections end
                disconnect(s);
                if (!connect_all(s)) continue;
            }
            if (round == warm_up && !find_processes(s)) continue;
            if (round < warm_up) echo_for(s, seconds, &ignored);
            else measure(s, seconds);
        }
    }
    for (int i = 0; i < count; i++) failed += servers[i].failed;
    return failed > 0;
}
