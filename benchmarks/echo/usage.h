// SPDX-License-Identifier: Apache-2.0
// What the processes of a server use: all of the session that it was started in and all below them.
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    unsigned long long cpu_ns;
    unsigned long user_ticks, system_ticks;
} Usage;

typedef struct {
    pid_t pid, parent, session;
    Usage usage; // at the last reading
} Process;

typedef struct {
    pid_t session; // its leader
    Process *list;
    int count;
} Processes;

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory) {
        perror("calloc");
        exit(2);
    }
    return memory;
}

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

static bool belongs_to(Processes *of, Process *p) {
    if (p->session == of->session) return true;
    for (int i = 0; i < of->count; i++)
        if (of->list[i].pid == p->parent) return true;
    return false;
}

// Who works may stand behind a launcher, or be several. Call it when all that a server starts has been started. Whether there is any.
static bool find_processes(Processes *of) {
    int count, before;
    Process *all = list_processes(&count);
    free(of->list);
    of->list = allocate(count, sizeof *of->list);
    of->count = 0;
    do {
        before = of->count;
        for (int i = 0; i < count; i++) {
            if (!all[i].pid || !belongs_to(of, &all[i])) continue;
            of->list[of->count++] = all[i];
            all[i].pid = 0; // found
        }
    } while (of->count > before);
    free(all);
    return of->count > 0;
}

// What they have used since the last call. One that has ended meanwhile counts as nothing.
static Usage take_usage(Processes *of) {
    Usage sum = {0};
    for (int i = 0; i < of->count; i++) {
        Process *p = &of->list[i];
        Usage last = p->usage;
        if (!read_usage(p)) continue;
        sum.cpu_ns += p->usage.cpu_ns - last.cpu_ns;
        sum.user_ticks += p->usage.user_ticks - last.user_ticks;
        sum.system_ticks += p->usage.system_ticks - last.system_ticks;
    }
    return sum;
}

// Bytes that they have in memory. The kernel's sockets are not among them.
static long long resident(Processes *of) {
    long long pages = 0;
    for (int i = 0; i < of->count; i++) {
        char path[32];
        long own;
        snprintf(path, sizeof path, "/proc/%d/statm", of->list[i].pid);
        FILE *file = fopen(path, "r");
        if (!file) continue;
        if (fscanf(file, "%*d %ld", &own) == 1) pages += own;
        fclose(file);
    }
    return pages * sysconf(_SC_PAGESIZE);
}
