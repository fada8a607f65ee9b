// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// epoll(7): the descriptors of an instance that are ready.
///
/// ```c
/// struct epoll_event { uint32_t events; uint64_t data; };   // packed on x86-64 only
/// ```
public final class Epoll {
    public static final int EPOLLIN = 0x1;
    public static final int EPOLLPRI = 0x2;
    public static final int EPOLLOUT = 0x4;
    public static final int EPOLLERR = 0x8;
    public static final int EPOLLHUP = 0x10;
    public static final int EPOLLRDHUP = 0x2000;
    public static final int EPOLLEXCLUSIVE = 1 << 28;
    public static final int EPOLLONESHOT = 1 << 30;
    public static final int EPOLLET = 1 << 31;

    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;
    private static final int EPOLL_CLOEXEC = 0x80000;

    private static final boolean PACKED =
            switch (System.getProperty("os.arch")) {
                case "amd64", "x86_64" -> true;
                default -> false;
            };
    private static final int EVENT_SIZE = PACKED ? 12 : 16;
    private static final int DATA_OFFSET = PACKED ? 4 : 8;

    private static final MethodHandle CREATE = Libc.call("epoll_create1");
    private static final MethodHandle CTL = Libc.call("epoll_ctl");
    private static final MethodHandle WAIT = Libc.blockingCall("epoll_wait");
    private static final MethodHandle PEEK = Libc.call("epoll_wait");
    // nanoseconds instead of milliseconds; glibc 2.35, Linux 5.11
    private static final @Nullable MethodHandle WAIT_NANOS =
            Libc.has("epoll_pwait2") ? Libc.blockingCall("epoll_pwait2") : null;

    /// The kernel does not know that call, or seccomp does not and refuses it, with whatever error.
    private static volatile boolean refusesNanos;

    private Epoll() {}

    /// The events of one wait, filled by the kernel. Not thread-safe.
    public static final class Events {
        private final MemorySegment events;
        private final MemorySegment timespec;
        private final int capacity;

        public Events(int capacity) {
            var arena = Arena.ofAuto();
            this.capacity = capacity;
            events = arena.allocate((long) capacity * EVENT_SIZE, 16);
            timespec = arena.allocate(16, 8);
        }

        public int mask(int i) {
            return events.get(JAVA_INT_UNALIGNED, (long) i * EVENT_SIZE);
        }

        public long data(int i) {
            return events.get(JAVA_LONG_UNALIGNED, (long) i * EVENT_SIZE + DATA_OFFSET);
        }
    }

    public static int create() {
        return CallState.current().call(CREATE, EPOLL_CLOEXEC);
    }

    public static int add(int epoll, int descriptor, int mask, long data) {
        return set(epoll, EPOLL_CTL_ADD, descriptor, mask, data);
    }

    /// Changes what is waited for; events that are there already come again.
    public static int modify(int epoll, int descriptor, int mask, long data) {
        return set(epoll, EPOLL_CTL_MOD, descriptor, mask, data);
    }

    private static int set(int epoll, int operation, int descriptor, int mask, long data) {
        var state = CallState.current();
        state.scratch.set(JAVA_INT_UNALIGNED, 0, mask);
        state.scratch.set(JAVA_LONG_UNALIGNED, DATA_OFFSET, data);
        return ctl(state, epoll, operation, descriptor);
    }

    public static int remove(int epoll, int descriptor) {
        return ctl(CallState.current(), epoll, EPOLL_CTL_DEL, descriptor);
    }

    private static int ctl(CallState state, int epoll, int operation, int descriptor) {
        return state.call(CTL, epoll, operation, descriptor, state.scratch.address());
    }

    /// Waits for events: 0 nanoseconds only looks, a negative number waits without limit.
    public static int await(int epoll, Events into, long nanos) {
        if (nanos == 0) {
            return look(epoll, into);
        }
        if (nanos > 0 && WAIT_NANOS != null && !refusesNanos) {
            int n = awaitNanos(WAIT_NANOS, epoll, into, nanos);
            if (n >= 0 || n == -Errno.EINTR) {
                return n;
            }
            int instead = awaitMillis(epoll, into, nanos);
            refusesNanos = instead >= 0; // else it is not the call's fault
            return instead;
        }
        return awaitMillis(epoll, into, nanos);
    }

    private static int look(int epoll, Events into) {
        var state = CallState.current();
        try {
            return state.result(
                    (int)
                            (long)
                                    PEEK.invokeExact(
                                            state.errno,
                                            (long) epoll,
                                            into.events,
                                            (long) into.capacity,
                                            0L,
                                            0L,
                                            0L));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    private static int awaitNanos(MethodHandle wait, int epoll, Events into, long nanos) {
        into.timespec.set(JAVA_LONG, 0, nanos / 1_000_000_000);
        into.timespec.set(JAVA_LONG, 8, nanos % 1_000_000_000);
        var state = CallState.current();
        try {
            return state.result(
                    (int)
                            (long)
                                    wait.invokeExact(
                                            state.errno,
                                            (long) epoll,
                                            into.events,
                                            (long) into.capacity,
                                            into.timespec.address(),
                                            0L,
                                            0L));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    private static int awaitMillis(int epoll, Events into, long nanos) {
        long millis = nanos < 0 ? -1 : Math.min((nanos + 999_999) / 1_000_000, 1 << 30);
        var state = CallState.current();
        try {
            return state.result(
                    (int)
                            (long)
                                    WAIT.invokeExact(
                                            state.errno,
                                            (long) epoll,
                                            into.events,
                                            (long) into.capacity,
                                            millis,
                                            0L,
                                            0L));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }
}
