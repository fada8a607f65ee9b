// SPDX-License-Identifier: Apache-2.0
//
// kqueue(2) on Linux, for tests, over libkqueue 2.3.1. That has a filter for each descriptor and not for each of its sides, so
// the one for writing gets a copy of the descriptor; and it tells of every error that it is EFAULT.
//
// What is left: with an event libkqueue takes the error of a socket (SO_ERROR), so that a refused connect and a reset are not
// told as such; and it crashes when another thread takes out a filter that it is about to tell of.
//
//     gcc -shared -fPIC -I/usr/include/kqueue -o libkqueue_on_linux.so kqueue_on_linux.c -ldl
//     export LIBKQUEUE=/usr/lib/x86_64-linux-gnu/libkqueue.so.0
//     java -Deventlet.kqueue.library=.../libkqueue_on_linux.so -Deventlet.kqueue.layout=libkqueue ...
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/event.h>
#include <time.h>
#include <unistd.h>

#define QUEUES 4096
#define DESCRIPTORS 65536

static int (*real_kqueue)(void);
static int (*real_kevent)(int, const struct kevent *, int, struct kevent *, int, const struct timespec *);
static int *writers[QUEUES]; // the copy of a descriptor, 0 for none
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void load(void) {
    const char *name = getenv("LIBKQUEUE");
    void *library = dlopen(name ? name : "libkqueue.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library) {
        real_kqueue = dlsym(library, "kqueue");
        real_kevent = dlsym(library, "kevent");
    }
}

int kqueue(void) {
    if (!real_kqueue) {
        errno = ENOSYS;
        return -1;
    }
    int queue = real_kqueue();
    if (queue >= QUEUES) {
        close(queue);
        errno = EMFILE;
        return -1;
    }
    if (queue >= 0) {
        pthread_mutex_lock(&lock);
        free(writers[queue]);
        writers[queue] = calloc(DESCRIPTORS, sizeof(int));
        pthread_mutex_unlock(&lock);
    }
    return queue;
}

static int change(int queue, struct kevent one) {
    static const struct timespec now = {0, 0};
    int side = one.filter == EVFILT_READ || one.filter == EVFILT_WRITE;
    int descriptor = (int)one.ident;
    if (side && (descriptor >= DESCRIPTORS || fcntl(descriptor, F_GETFD) < 0)) {
        errno = EBADF;
        return -1;
    }
    if (one.filter != EVFILT_WRITE) {
        int result = real_kevent(queue, &one, 1, NULL, 0, &now);
        if (result < 0 && one.flags & EV_DELETE) {
            errno = ENOENT;
        }
        return result;
    }
    int *writer = &writers[queue][descriptor];
    if (*writer) {
        struct kevent gone = one;
        gone.ident = *writer;
        gone.flags = EV_DELETE;
        real_kevent(queue, &gone, 1, NULL, 0, &now);
        close(*writer);
        *writer = 0;
    } else if (one.flags & EV_DELETE) {
        errno = ENOENT;
        return -1;
    }
    if (one.flags & EV_DELETE) {
        return 0;
    }
    *writer = fcntl(descriptor, F_DUPFD_CLOEXEC, 1);
    one.ident = *writer;
    return real_kevent(queue, &one, 1, NULL, 0, &now);
}

int kevent(int queue, const struct kevent *changes, int n, struct kevent *events, int room, const struct timespec *limit) {
    for (int i = 0; i < n; i++) {
        pthread_mutex_lock(&lock);
        int result = change(queue, changes[i]);
        pthread_mutex_unlock(&lock);
        if (result < 0) {
            return -1;
        }
    }
    return room == 0 ? 0 : real_kevent(queue, NULL, 0, events, room, limit);
}
