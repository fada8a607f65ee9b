// SPDX-License-Identifier: Apache-2.0
// The second reference: an echo server on one thread over io_uring, by system calls alone. A connection is accepted, read, written and
// closed by the ring: accepts and receives are armed once and report again and again, into buffers that the kernel fills one after
// the other; sends are submitted together, by the call that waits for what comes next. Needs Linux 6.12.
// Usage: echo_ring PORT                                (build: cc -O2 -o echo_ring echo_ring.c)
#define _GNU_SOURCE
#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Newer than the headers of some distributions.
#define SETUP_NO_SQARRAY (1U << 16)
#define BUFFERS_INCREMENTAL 2
#define BUFFER_HAS_MORE (1U << 4)

#define DESCRIPTORS (1 << 20)
#define ENTRIES 4096
#define COMPLETIONS 65536
#define BUFFERS 64 // 64 KiB each
#define SIZE (1 << 16)
#define AT_ONCE 4096 // a send up to this size is expected to be done at once
#define NOBODY (-1)

enum { ACCEPT, RECEIVE, SEND, CLOSE };

// A part of a buffer that waits to be sent, in the order of arrival.
typedef struct Piece {
    struct Piece *next;
    char *bytes;
    int length, buffer;
} Piece;

typedef struct {
    Piece *first, *last; // the first is being sent
    int ended;           // nothing more comes
    int next_starved;
} Connection;

static Connection connections[DESCRIPTORS];
static Piece *spare;
static int starved = NOBODY; // whose receive found no buffer

static int ring, enter_on;
static unsigned *sq_head, *sq_tail, *cq_head, *cq_tail, sq_mask, cq_mask, tail, submitted;
static struct io_uring_sqe *entries;
static struct io_uring_cqe *completions;
static int small_sends, large_sends; // of this turn
static int behind;                   // pieces that wait for a send before them

static struct io_uring_buf_ring *offered;
static uint16_t offered_tail;
static char *memory;
static struct { int filled, pieces, full; } buffers[BUFFERS];

static void die(const char *what) {
    perror(what);
    exit(1);
}

// --- The ring ------------------------------------------------------------------------------------------------------

// The wait has a limit only where it is for more than one: a send that was expected to be done at once may have to wait.
static void enter(unsigned wait) {
    struct __kernel_timespec second = {.tv_sec = 1};
    struct io_uring_getevents_arg limit = {.ts = (uintptr_t)&second};
    unsigned count = tail - submitted, flags = IORING_ENTER_GETEVENTS | IORING_ENTER_REGISTERED_RING;
    __atomic_store_n(sq_tail, tail, __ATOMIC_RELEASE);
    submitted = tail;
    if (wait > 1) flags |= IORING_ENTER_EXT_ARG;
    if (syscall(__NR_io_uring_enter, enter_on, count, wait, flags, wait > 1 ? &limit : NULL, wait > 1 ? sizeof limit : 0) < 0 &&
        errno != EINTR && errno != ETIME && errno != EBUSY)
        die("io_uring_enter");
}

static struct io_uring_sqe *prepare(int operation, int fd, int kind) {
    if (tail - __atomic_load_n(sq_head, __ATOMIC_ACQUIRE) > sq_mask) enter(0);
    struct io_uring_sqe *e = &entries[tail++ & sq_mask];
    memset(e, 0, sizeof *e);
    e->opcode = operation;
    e->fd = fd;
    e->user_data = (uint64_t)fd << 8 | kind;
    return e;
}

static void open_ring(void) {
    struct io_uring_params p = {.cq_entries = COMPLETIONS,
                                .flags = IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER |
                                         IORING_SETUP_DEFER_TASKRUN | SETUP_NO_SQARRAY};
    if ((ring = syscall(__NR_io_uring_setup, ENTRIES, &p)) < 0) die("io_uring_setup");
    size_t size = p.cq_off.cqes + p.cq_entries * sizeof *completions;
    char *shared = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
    entries = mmap(0, p.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
    if (shared == MAP_FAILED || entries == MAP_FAILED) die("mmap");
    sq_head = (unsigned *)(shared + p.sq_off.head), sq_tail = (unsigned *)(shared + p.sq_off.tail);
    cq_head = (unsigned *)(shared + p.cq_off.head), cq_tail = (unsigned *)(shared + p.cq_off.tail);
    sq_mask = p.sq_entries - 1, cq_mask = p.cq_entries - 1;
    completions = (struct io_uring_cqe *)(shared + p.cq_off.cqes);
    struct io_uring_rsrc_update itself = {.offset = -1U, .data = ring};
    if (syscall(__NR_io_uring_register, ring, IORING_REGISTER_RING_FDS, &itself, 1) != 1) die("io_uring_register of the ring");
    enter_on = itself.offset;
}

// --- Buffers -------------------------------------------------------------------------------------------------------

static void offer(int buffer) {
    struct io_uring_buf *b = &offered->bufs[offered_tail & (BUFFERS - 1)];
    buffers[buffer].filled = buffers[buffer].full = 0;
    b->addr = (uintptr_t)(memory + (size_t)buffer * SIZE);
    b->len = SIZE;
    b->bid = buffer;
    __atomic_store_n(&offered->tail, ++offered_tail, __ATOMIC_RELEASE);
}

static void open_buffers(void) {
    struct io_uring_buf_reg r = {.ring_entries = BUFFERS};
    offered = mmap(0, BUFFERS * sizeof(struct io_uring_buf), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memory = mmap(0, (size_t)BUFFERS * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (offered == MAP_FAILED || memory == MAP_FAILED) die("mmap");
    r.ring_addr = (uintptr_t)offered;
    r.pad = BUFFERS_INCREMENTAL; // "flags" in newer headers
    if (syscall(__NR_io_uring_register, ring, IORING_REGISTER_PBUF_RING, &r, 1)) die("io_uring_register of buffers, which needs Linux 6.12");
    for (int i = 0; i < BUFFERS; i++) offer(i);
}

static void receive_on(int fd) {
    struct io_uring_sqe *e = prepare(IORING_OP_RECV, fd, RECEIVE);
    e->ioprio = IORING_RECV_MULTISHOT;
    e->flags = IOSQE_BUFFER_SELECT;
}

// The kernel is done with it and all that was in it has been sent.
static void give_back(int buffer) {
    if (!buffers[buffer].full || buffers[buffer].pieces) return;
    offer(buffer);
    while (starved != NOBODY) {
        int fd = starved;
        starved = connections[fd].next_starved;
        receive_on(fd);
    }
}

// --- Connections ---------------------------------------------------------------------------------------------------

static void accept_on(int listener) {
    struct io_uring_sqe *e = prepare(IORING_OP_ACCEPT, listener, ACCEPT);
    e->ioprio = IORING_ACCEPT_MULTISHOT;
}

static void send_first(int fd) {
    Piece *p = connections[fd].first;
    struct io_uring_sqe *e = prepare(IORING_OP_SEND, fd, SEND);
    e->addr = (uintptr_t)p->bytes;
    e->len = p->length;
    e->msg_flags = MSG_WAITALL | MSG_NOSIGNAL;
    if (p->length <= AT_ONCE) small_sends++;
    else large_sends++;
}

static void close_it(int fd) {
    struct io_uring_sqe *e = prepare(IORING_OP_CLOSE, fd, CLOSE);
    e->flags = IOSQE_CQE_SKIP_SUCCESS;
}

static void on_received(int fd, int length, int buffer, int has_more) {
    Connection *c = &connections[fd];
    Piece *p = spare;
    if (p) spare = p->next;
    else if (!(p = malloc(sizeof *p))) abort();
    *p = (Piece){.bytes = memory + (size_t)buffer * SIZE + buffers[buffer].filled, .length = length, .buffer = buffer};
    buffers[buffer].filled += length;
    buffers[buffer].pieces++;
    buffers[buffer].full = !has_more;
    if (c->first) c->last = c->last->next = p, behind++;
    else {
        c->first = c->last = p;
        send_first(fd);
    }
}

static void on_receive(int fd, int result, unsigned flags) {
    Connection *c = &connections[fd];
    if (result > 0) on_received(fd, result, flags >> IORING_CQE_BUFFER_SHIFT, flags & BUFFER_HAS_MORE);
    if (flags & IORING_CQE_F_MORE) return;
    if (result > 0) receive_on(fd);
    else if (result == -ENOBUFS) {
        c->next_starved = starved;
        starved = fd;
    } else if (c->first) c->ended = 1;
    else close_it(fd);
}

static void on_sent(int fd, int result) {
    Connection *c = &connections[fd];
    Piece *p = c->first;
    c->first = p->next;
    p->next = spare;
    spare = p;
    buffers[p->buffer].pieces--;
    give_back(p->buffer);
    if (result < p->length) shutdown(fd, SHUT_RDWR); // the receive ends, too
    if (c->first) behind--, send_first(fd);
    else if (c->ended) {
        c->ended = 0;
        close_it(fd);
    }
}

int main(int argc, char **argv) {
    struct rlimit limit = {DESCRIPTORS, DESCRIPTORS};
    setrlimit(RLIMIT_NOFILE, &limit);
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); // those that are accepted inherit it
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 6000)};
    open_ring();
    open_buffers();
    if (bind(listener, (struct sockaddr *)&a, sizeof a) || listen(listener, 4096)) die("listen");
    accept_on(listener);
    for (;;) {
        // Where only small messages are sent, one call sends them and waits for another message; else the first of all to be done ends it.
        unsigned wait = large_sends || behind ? 1 : small_sends + 1;
        small_sends = large_sends = 0;
        enter(wait);
        unsigned head = *cq_head, end = __atomic_load_n(cq_tail, __ATOMIC_ACQUIRE);
        for (; head != end; head++) {
            struct io_uring_cqe *c = &completions[head & cq_mask];
            int fd = c->user_data >> 8;
            switch (c->user_data & 0xff) {
            case ACCEPT:
                if (c->res >= 0) receive_on(c->res);
                if (!(c->flags & IORING_CQE_F_MORE)) accept_on(listener);
                break;
            case RECEIVE: on_receive(fd, c->res, c->flags); break;
            case SEND: on_sent(fd, c->res); break;
            }
        }
        __atomic_store_n(cq_head, head, __ATOMIC_RELEASE);
    }
}
