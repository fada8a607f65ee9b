// SPDX-License-Identifier: Apache-2.0
// Load on several echo servers that all stay up and take turns in short slices, so that whatever else the machine does
// disturbs all of them alike. While one has its slice, the others rest.
//
// Usage: echoload KIND CONNECTIONS BYTES SLICE_MS WARM_UP ROUNDS NUMBER NAME:PORT:SESSION ...  (build: cc -O2 -o echoload echoload.c)
// KIND is one of
//     echo     one message in flight on each connection
//     idle     the same, with NUMBER more connections that have echoed one message and then say nothing
//     churn    CONNECTIONS at once that are opened, send one message, get it back, and are closed from both ends
//     latency  one message at a time, on one connection after the other, with a sleep of NUMBER microseconds before each
// SESSION is the leader of the session that a server was started in: the server is all processes of that and all below them.
// WARM_UP and ROUNDS are rounds of a slice for each server. Prints a line for each slice after the warm-up, tabs between:
//     kind connections bytes round name round_trips cpu_ns user_ticks system_ticks wall_us more
// where more is the nanoseconds of each round trip, with commas (latency), bytes of memory for an idle connection (idle), or 0.
// A process for each server holds the connections to it, so a limit of descriptors is one for each server.
// A server that dies or does not send back what it was sent is reported on stderr and left out from then on; status 1.
// With SPIN=1 in the environment it never sleeps while it waits, so that no server pays for waking it.
#include "usage.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define PATIENCE 10 // seconds until a server counts as stuck
#define CONNECTIONS_PER_ADDRESS 10000 // 127.0.0.1, 127.0.0.2, ...: each has 28,000 ports, also for those just closed
#define ADDRESSES_OF_CHURN 200
#define EVENTS 1024
#define LATENCIES 4096 // of a slice

typedef struct {
    int fd;
    int sent, received; // bytes of the message in flight
    bool waits;         // for room to send the rest
} Connection;

typedef struct {
    char *name;
    int port;
    bool failed;
    int turns; // the pipe to the process that has its connections
    int epoll;
    Connection *connections; // null while there are none
    unsigned opened;         // by churn, ever
    Processes processes;
    long long memory; // when there were no idle connections, then for each of them
} Server;

enum { ECHO, IDLE, CHURN, LATENCY };
static const char *const KINDS[] = {"echo", "idle", "churn", "latency"};

static int kind, connections, bytes, number, idle, warm_up, current_round;
static double slice; // seconds
static bool spin;
static char *message, *buffer;
static long latencies[LATENCIES];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

// --- Connections ---------------------------------------------------------------------------------------------------

static void disconnect(Server *s) {
    if (!s->connections) return;
    for (int i = 0; i < connections + idle; i++)
        if (s->connections[i].fd >= 0) close(s->connections[i].fd);
    close(s->epoll);
    free(s->connections);
    s->connections = NULL;
}

// Reports what is wrong with a server and leaves it out from now on. Returns false, for the caller to return.
__attribute__((format(printf, 2, 3))) static bool fail(Server *s, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: %s, %d connections, %d bytes, ", s->name, KINDS[kind], connections, bytes);
    if (current_round > 0) fprintf(stderr, "round %d: ", current_round);
    else fprintf(stderr, "warm-up: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    disconnect(s);
    s->failed = true;
    return false;
}

static bool watch(Server *s, Connection *c, int operation, unsigned events) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    return !epoll_ctl(s->epoll, operation, c->fd, &event) || fail(s, "epoll_ctl: %s", strerror(errno));
}

static bool open_connection(Server *s, Connection *c, int address) {
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + address)};
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(s->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = PATIENCE};
    int one = 1;
    *c = (Connection){0};
    if ((c->fd = socket(AF_INET, SOCK_STREAM, 0)) < 0) return fail(s, "socket: %s", strerror(errno));
    // The limit on sending is one on connecting too.
    if (setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) ||
        setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one) ||
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) ||
        bind(c->fd, (struct sockaddr *)&from, sizeof from))
        return fail(s, "a connection: %s", strerror(errno));
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to))
        return fail(s, "it does not accept a connection: %s", strerror(errno == EINPROGRESS ? ETIMEDOUT : errno));
    return watch(s, c, EPOLL_CTL_ADD, EPOLLIN);
}

static bool open_range(Server *s, int from, int to) {
    for (int i = from; i < to; i++)
        if (!open_connection(s, &s->connections[i], i / CONNECTIONS_PER_ADDRESS)) return false;
    return true;
}

static bool connect_all(Server *s) {
    s->connections = allocate(connections + idle, sizeof *s->connections);
    for (int i = 0; i < connections + idle; i++) s->connections[i].fd = -1;
    if ((s->epoll = epoll_create1(0)) < 0) return fail(s, "epoll: %s", strerror(errno));
    return kind == CHURN || open_range(s, 0, connections);
}

// What is left of the message, as far as the socket takes it. A message that did not fit waits until there is room.
static bool send_rest(Server *s, Connection *c) {
    ssize_t sent = send(c->fd, message + c->sent, bytes - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) return fail(s, "it has ended a connection: %s", strerror(errno));
    if (sent > 0) c->sent += sent;
    if (c->waits == (c->sent < bytes)) return true;
    c->waits = !c->waits;
    return watch(s, c, EPOLL_CTL_MOD, c->waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static bool send_message(Server *s, Connection *c) {
    c->sent = c->received = 0;
    return send_rest(s, c);
}

static bool receive(Server *s, Connection *c) {
    ssize_t got = recv(c->fd, buffer, bytes + 1 - c->received, 0); // one more than it may send
    if (got < 0 && errno == EAGAIN) return fail(s, "nothing came back for %d s", PATIENCE);
    if (got < 0) return fail(s, "it has ended a connection: %s", strerror(errno));
    if (got == 0) return fail(s, "it has ended a connection");
    if (c->received + got > bytes) return fail(s, "it sends back more than it was sent");
    if (memcmp(message + c->received, buffer, got)) return fail(s, "it sends back other bytes than it was sent");
    c->received += got;
    return true;
}

// --- Kinds ---------------------------------------------------------------------------------------------------------

// Waits for events. Returns their number, or -1 if nothing has come for too long on so many connections.
static int await(Server *s, struct epoll_event *events, double *progress, int in_flight) {
    int ready = epoll_wait(s->epoll, events, EVENTS, spin ? 0 : 1000);
    double time = now();
    if (ready > 0) *progress = time;
    else if (time > *progress + PATIENCE) {
        fail(s, "nothing came back for %d s on %d connections", PATIENCE, in_flight);
        return -1;
    }
    return ready;
}

// One message in flight on each connection until the time is over, and until all of them are back.
static bool echo_for(Server *s, double seconds, unsigned long *round_trips) {
    static struct epoll_event events[EVENTS];
    double progress = now(), end = progress + seconds;
    int in_flight = 0;
    while (in_flight < connections)
        if (!send_message(s, &s->connections[in_flight++])) return false;
    while (in_flight > 0) {
        int ready = await(s, events, &progress, in_flight);
        if (ready < 0) return false;
        for (int i = 0; i < ready; i++) {
            Connection *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT && !send_rest(s, c)) return false;
            if (!(events[i].events & ~EPOLLOUT)) continue;
            if (!receive(s, c)) return false;
            if (c->received < bytes) continue;
            ++*round_trips;
            if (progress >= end) in_flight--;
            else if (!send_message(s, c)) return false;
        }
    }
    return true;
}

// Another connection, which sends its message at once.
static bool begin(Server *s, Connection *c) {
    return open_connection(s, c, s->opened++ % ADDRESSES_OF_CHURN) && send_message(s, c);
}

// The end of the server's side has come, too.
static bool end_connection(Server *s, Connection *c) {
    char more;
    ssize_t got = recv(c->fd, &more, 1, 0);
    if (got > 0) return fail(s, "it sends back more than it was sent");
    if (got < 0) return fail(s, "it does not close a connection in good order: %s", strerror(errno));
    close(c->fd);
    c->fd = -1;
    return true;
}

static bool churn_for(Server *s, double seconds, unsigned long *round_trips) {
    static struct epoll_event events[EVENTS];
    double progress = now(), end = progress + seconds;
    int in_flight = 0;
    while (in_flight < connections)
        if (!begin(s, &s->connections[in_flight++])) return false;
    while (in_flight > 0) {
        int ready = await(s, events, &progress, in_flight);
        if (ready < 0) return false;
        for (int i = 0; i < ready; i++) {
            Connection *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT && !send_rest(s, c)) return false;
            if (!(events[i].events & ~EPOLLOUT)) continue;
            if (c->received < bytes) {
                if (!receive(s, c)) return false;
                if (c->received == bytes) shutdown(c->fd, SHUT_WR);
                continue;
            }
            if (!end_connection(s, c)) return false;
            ++*round_trips;
            if (progress >= end) in_flight--;
            else if (!begin(s, c)) return false;
        }
    }
    return true;
}

static bool latency_for(Server *s, double seconds, unsigned long *round_trips) {
    static struct epoll_event events[EVENTS];
    struct timespec pause = {number / 1000000, number % 1000000 * 1000L};
    for (double end = now() + seconds; now() < end && *round_trips < LATENCIES;) {
        Connection *c = &s->connections[*round_trips % connections];
        nanosleep(&pause, NULL);
        double start = now(), progress = start;
        if (!send_message(s, c)) return false;
        while (c->received < bytes) {
            int ready = await(s, events, &progress, 1);
            if (ready < 0) return false;
            for (int i = 0; i < ready; i++) {
                if (events[i].events & EPOLLOUT && !send_rest(s, c)) return false;
                if (events[i].events & ~EPOLLOUT && !receive(s, c)) return false;
            }
        }
        latencies[(*round_trips)++] = (now() - start) * 1e9;
    }
    return true;
}

static bool run(Server *s, double seconds, unsigned long *round_trips) {
    *round_trips = 0;
    if (kind == CHURN) return churn_for(s, seconds, round_trips);
    if (kind == LATENCY) return latency_for(s, seconds, round_trips);
    return echo_for(s, seconds, round_trips);
}

// --- Rounds --------------------------------------------------------------------------------------------------------

static bool find(Server *s) {
    return find_processes(&s->processes) || fail(s, "none of its processes is below the command that was started");
}

static bool echo_once(Server *s, int from, int to) {
    struct timeval patience = {.tv_sec = PATIENCE};
    if (!open_range(s, from, to)) return false;
    for (int i = from; i < to; i++)
        if (!send_message(s, &s->connections[i])) return false;
    for (int i = from; i < to; i++) {
        Connection *c = &s->connections[i];
        setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        while (c->received < bytes)
            if (!receive(s, c) || (c->sent < bytes && !send_rest(s, c))) return false;
        if (epoll_ctl(s->epoll, EPOLL_CTL_DEL, c->fd, NULL)) return fail(s, "epoll_ctl: %s", strerror(errno));
    }
    return true;
}

// Each echoes one message, a hundred at once, and is not looked at any more.
static bool connect_idle(Server *s) {
    if (!find(s)) return false;
    s->memory = resident(&s->processes);
    for (int i = connections; i < connections + idle; i += 100)
        if (!echo_once(s, i, i + 100 < connections + idle ? i + 100 : connections + idle)) return false;
    s->memory = (resident(&s->processes) - s->memory) / idle;
    return true;
}

static void print_more(Server *s, unsigned long round_trips) {
    if (kind == LATENCY)
        for (unsigned long i = 0; i < round_trips; i++) printf("%s%ld", i ? "," : "", latencies[i]);
    else printf("%lld", kind == IDLE ? s->memory : 0);
    printf("\n");
}

static bool measure(Server *s, double seconds) {
    unsigned long round_trips;
    take_usage(&s->processes);
    double start = now();
    if (!run(s, seconds, &round_trips)) return false;
    double end = now();
    usleep(300); // until it sleeps: the kernel accounts a thread's time when it stops running, and at clock ticks
    Usage usage = take_usage(&s->processes);
    if (!usage.cpu_ns) return fail(s, "its processes used no time: another, not below the command, does the work");
    if (!round_trips) return true; // nothing fits into the slice
    printf("%s\t%d\t%d\t%d\t%s\t%lu\t%llu\t%lu\t%lu\t%.0f\t", KINDS[kind], connections, bytes, current_round, s->name,
           round_trips, usage.cpu_ns, usage.user_ticks, usage.system_ticks, (end - start) * 1e6);
    print_more(s, round_trips);
    return true;
}

static bool prepare(Server *s, int round) {
    // Halfway all connections come anew, so that it has seen some end.
    if (round == 0 || (round == warm_up / 2 && kind != IDLE)) {
        disconnect(s);
        if (!connect_all(s)) return false;
    }
    if (kind == IDLE && round == warm_up / 2 && !connect_idle(s)) return false;
    return round != warm_up || find(s);
}

// --- Turns ---------------------------------------------------------------------------------------------------------

// The process of a server: a slice for each number of a round that comes, and a byte back when it is over, until the server fails.
static int serve_turns(Server *s) {
    unsigned long ignored;
    char done = 0;
    for (int round; read(s->turns, &round, sizeof round) == sizeof round;) {
        current_round = round - warm_up + 1; // from 1; the warm-up ends with 0
        if (!prepare(s, round)) return 1;
        if (!(round < warm_up ? run(s, slice, &ignored) : measure(s, slice))) return 1;
        fflush(stdout);
        if (write(s->turns, &done, 1) != 1) return 1;
    }
    return 0;
}

static void start_process(Server *s) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
        perror("socketpair");
        exit(2);
    }
    pid_t pid = fork();
    if (pid < 0) {
        perror("fork");
        exit(2);
    }
    s->turns = pair[pid == 0];
    close(pair[pid != 0]);
    if (pid == 0) exit(serve_turns(s));
}

static void give_turn(Server *s, int round) {
    char done;
    if (send(s->turns, &round, sizeof round, MSG_NOSIGNAL) != sizeof round || read(s->turns, &done, 1) != 1) s->failed = true;
}

static Server *parse_servers(char **arguments, int count) {
    Server *servers = allocate(count, sizeof *servers);
    for (int i = 0; i < count; i++) {
        Server *s = &servers[i];
        if (sscanf(arguments[i], "%m[^:]:%d:%d", &s->name, &s->port, &s->processes.session) != 3) {
            fprintf(stderr, "not NAME:PORT:SESSION: %s\n", arguments[i]);
            exit(2);
        }
    }
    return servers;
}

int main(int argc, char **argv) {
    while (kind <= LATENCY && argc > 1 && strcmp(argv[1], KINDS[kind])) kind++;
    if (argc < 9 || kind > LATENCY || (connections = atoi(argv[2])) < 1 || (bytes = atoi(argv[3])) < 1) {
        fprintf(stderr, "usage: %s KIND CONNECTIONS BYTES SLICE_MS WARM_UP ROUNDS NUMBER NAME:PORT:SESSION ...\n", argv[0]);
        return 2;
    }
    slice = atoi(argv[4]) / 1e3;
    warm_up = atoi(argv[5]);
    number = atoi(argv[7]);
    idle = kind == IDLE ? number : 0;
    spin = getenv("SPIN") != NULL;
    message = allocate(bytes, 1);
    buffer = allocate(bytes + 1, 1);
    for (int i = 0; i < bytes; i++) message[i] = random(); // bytes that are lost or swapped show

    int rounds = atoi(argv[6]), count = argc - 8, failed = 0;
    Server *servers = parse_servers(argv + 8, count);
    for (int i = 0; i < count; i++) start_process(&servers[i]);
    for (int round = 0; round < warm_up + rounds; round++) {
        for (int turn = 0; turn < count; turn++) {
            Server *s = &servers[round & 1 ? count - 1 - turn : turn]; // there and back: no server is always behind the same
            if (!s->failed) give_turn(s, round);
        }
    }
    for (int i = 0; i < count; i++) failed += servers[i].failed;
    return failed > 0;
}
