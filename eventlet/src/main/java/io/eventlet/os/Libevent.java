// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// An `event_base` of libevent 2.1, with locks, so that others may change it while one thread
/// awaits it. Results are not negative, or `-errno`.
///
/// Its functions are called as ones that may sleep: they take a lock, and [#delete] waits for a
/// callback that runs.
public final class Libevent {
    /*
     * libevent tells of each event by a callback, and that is a call from C into Java. It does no
     * more than note the event in arrays made beforehand, since an error could not leave it. Where
     * there is no room left it has the loop break: the callbacks that were not called yet are
     * called by the next.
     */
    public static final int EV_READ = 0x02;
    public static final int EV_WRITE = 0x04;
    public static final int EV_PERSIST = 0x10;
    public static final int EV_ET = 0x20;

    private static final int EVLOOP_ONCE = 0x01;
    private static final int EVLOOP_NONBLOCK = 0x02;
    private static final int EVLOOP_NO_EXIT_ON_EMPTY = 0x04;
    private static final int EV_FEATURE_ET = 0x01;
    private static final int EVENT_BASE_FLAG_IGNORE_ENV = 0x02;
    private static final int ROOM = 4096;
    private static final int NANOS_OF_MICRO = 1_000;
    private static final long MICROS = 1_000_000;

    private static final SymbolLookup CORE = library("libevent_core-2.1.so.7");
    private static final SymbolLookup THREADS = library("libevent_pthreads-2.1.so.7");

    private static final MethodHandle CONFIG_FREE = ofVoid("event_config_free", ADDRESS);
    private static final MethodHandle BASE_NEW = of("event_base_new_with_config", ADDRESS, ADDRESS);
    private static final MethodHandle BASE_FREE = ofVoid("event_base_free", ADDRESS);
    private static final MethodHandle LOOP = of("event_base_loop", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LOOP_BREAK = of("event_base_loopbreak", JAVA_INT, ADDRESS);
    private static final MethodHandle NEW =
            of("event_new", ADDRESS, ADDRESS, JAVA_INT, JAVA_SHORT, ADDRESS, JAVA_LONG);
    private static final MethodHandle ADD = of("event_add", JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle DELETE = of("event_del", JAVA_INT, JAVA_LONG);
    private static final MethodHandle FREE = ofVoid("event_free", JAVA_LONG);
    private static final MethodHandle ACTIVATE =
            ofVoid("event_active", JAVA_LONG, JAVA_INT, JAVA_SHORT);

    /// A function of C that does nothing with an int, for what nobody has to be told of.
    private static final MemorySegment NOTHING =
            Linker.nativeLinker().defaultLookup().findOrThrow("abs");

    static {
        silence();
        useLocks();
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment base;
    private final MemorySegment callback;
    private final MemorySegment limit = arena.allocate(16, 8); // struct timeval; whoever awaits
    private final long timer;
    private final long waker;

    private final long[] tokens = new long[ROOM]; // whoever awaits
    private final short[] masks = new short[ROOM]; // likewise
    private int count; // likewise
    private boolean isLimited; // whoever awaits: the timer may be set

    private Libevent(MemorySegment base) {
        this.base = base;
        callback = callback();
        timer = event(-1, 0, NOTHING, 0);
        waker = event(-1, 0, NOTHING, 0);
    }

    /// Opens one whose way to wait has edges. Fails if there is none.
    public static Libevent open() {
        try {
            var config = (MemorySegment) of("event_config_new", ADDRESS).invokeExact();
            int ignored =
                    (int)
                            of("event_config_require_features", JAVA_INT, ADDRESS, JAVA_INT)
                                    .invokeExact(config, EV_FEATURE_ET);
            ignored =
                    (int)
                            of("event_config_set_flag", JAVA_INT, ADDRESS, JAVA_INT)
                                    .invokeExact(config, EVENT_BASE_FLAG_IGNORE_ENV);
            var base = (MemorySegment) BASE_NEW.invokeExact(config);
            CONFIG_FREE.invokeExact(config);
            if (base.equals(MemorySegment.NULL)) {
                throw new IllegalStateException("it has no way to wait that tells of edges");
            }
            return new Libevent(base);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup library(String name) {
        return SymbolLookup.libraryLookup(name, Arena.global());
    }

    @SuppressWarnings("restricted")
    private static MethodHandle of(String name, MemoryLayout result, MemoryLayout... parameters) {
        return Linker.nativeLinker()
                .downcallHandle(CORE.findOrThrow(name), FunctionDescriptor.of(result, parameters));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle ofVoid(String name, MemoryLayout... parameters) {
        return Linker.nativeLinker()
                .downcallHandle(CORE.findOrThrow(name), FunctionDescriptor.ofVoid(parameters));
    }

    /// What fails is told by the results: libevent prints it as well, unless it has where to.
    private static void silence() {
        try {
            ofVoid("event_set_log_callback", ADDRESS).invokeExact(NOTHING);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    @SuppressWarnings("restricted")
    private static void useLocks() {
        var use =
                Linker.nativeLinker()
                        .downcallHandle(
                                THREADS.findOrThrow("evthread_use_pthreads"),
                                FunctionDescriptor.of(JAVA_INT));
        try {
            if ((int) use.invokeExact() != 0) {
                throw new IllegalStateException("it has no locks");
            }
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    @SuppressWarnings("restricted")
    private MemorySegment callback() {
        try {
            var note =
                    MethodHandles.lookup()
                            .findVirtual(
                                    Libevent.class,
                                    "note",
                                    MethodType.methodType(
                                            void.class, int.class, short.class, long.class))
                            .bindTo(this);
            return Linker.nativeLinker()
                    .upcallStub(
                            note,
                            FunctionDescriptor.ofVoid(JAVA_INT, JAVA_SHORT, JAVA_LONG),
                            arena);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Called by libevent, on the thread that awaits.
    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // by its handle, as libevent calls it
    private void note(int descriptor, short what, long token) {
        int n = count;
        tokens[n] = token;
        masks[n] = what;
        count = n + 1;
        if (n + 1 == ROOM) {
            breakLoop();
        }
    }

    private void breakLoop() {
        try {
            int ignored = (int) LOOP_BREAK.invokeExact(base);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    private long event(int descriptor, int what, MemorySegment told, long token) {
        try {
            return ((MemorySegment) NEW.invokeExact(base, descriptor, (short) what, told, token))
                    .address();
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Begins to wait for a descriptor: the event, to be given to [#delete], or `-errno`.
    public long add(int descriptor, int what, long token) {
        long event = event(descriptor, what, callback, token);
        if (event == 0) {
            return -Errno.ENOMEM;
        }
        int result = add(event, MemorySegment.NULL);
        if (result < 0) {
            delete(event);
            return isOpen(descriptor) ? -Errno.EINVAL : -Errno.EBADF;
        }
        return event;
    }

    /// libevent does not promise to leave `errno` as it was.
    private static boolean isOpen(int descriptor) {
        int copy = Sockets.duplicate(descriptor);
        if (copy >= 0) {
            Sockets.close(copy);
        }
        return copy != -Errno.EBADF;
    }

    private static int add(long event, MemorySegment limit) {
        try {
            return (int) ADD.invokeExact(event, limit);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Ends a wait for a descriptor, and frees its event.
    public void delete(long event) {
        try {
            FREE.invokeExact(event);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Waits for events, and returns how many there are, or -1 if nothing can be waited for: 0
    /// nanoseconds only looks, a negative number waits without limit.
    public int await(long nanos) {
        count = 0;
        try {
            if (nanos > 0) {
                long micros = Math.ceilDiv(nanos, NANOS_OF_MICRO);
                limit.set(JAVA_LONG, 0, micros / MICROS);
                limit.set(JAVA_LONG, 8, micros % MICROS);
                isLimited = true;
                int ignored = add(timer, limit);
            } else if (nanos < 0 && isLimited) {
                isLimited = false;
                int ignored = (int) DELETE.invokeExact(timer);
            }
            int how = EVLOOP_NO_EXIT_ON_EMPTY | (nanos == 0 ? EVLOOP_NONBLOCK : EVLOOP_ONCE);
            return (int) LOOP.invokeExact(base, how) < 0 ? -1 : count;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// What of the events of the last wait: `EV_READ`, `EV_WRITE`, both if there was an error.
    public int mask(int i) {
        return masks[i];
    }

    public long token(int i) {
        return tokens[i];
    }

    /// Ends a wait, or the next one.
    public void wakeup() {
        try {
            ACTIVATE.invokeExact(waker, EV_READ, (short) 0);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Gives it back, when all events have been deleted.
    public void free() {
        try {
            delete(timer);
            delete(waker);
            BASE_FREE.invokeExact(base);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
        arena.close();
    }
}
