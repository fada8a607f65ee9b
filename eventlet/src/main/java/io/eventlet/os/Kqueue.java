// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;

/// kqueue(2) of macOS and FreeBSD: the descriptors of a queue that are ready.
///
/// ```c
/// struct kevent {                  // 32 bytes; 64 with ext, in FreeBSD 12 and later
///     uintptr_t ident;
///     int16_t filter;
///     uint16_t flags;
///     uint32_t fflags;
///     int64_t data;
///     void *udata;
///     uint64_t ext[4];
/// };
/// ```
///
/// The functions are those of the C library, or of the library that the system property
/// `eventlet.kqueue.library` names, as for a test on a system that has none;
/// `eventlet.kqueue.layout` says what its structure is like: `macos`, `freebsd` or `libkqueue`.
public sealed class Kqueue permits Libkqueue {
    public static final short EVFILT_READ = -1;
    public static final short EVFILT_WRITE = -2;
    public static final int EV_ADD = 0x1;
    public static final int EV_DELETE = 0x2;
    public static final int EV_ONESHOT = 0x10;
    public static final int EV_CLEAR = 0x20;
    public static final int EV_ERROR = 0x4000;
    public static final int EV_EOF = 0x8000;
    public static final int NOTE_TRIGGER = 0x0100_0000;

    /// macOS refuses more than three years.
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(1);

    private static final String LIBRARY = "eventlet.kqueue.library";
    private static final String LAYOUT = "eventlet.kqueue.layout";

    private static final SymbolLookup SYMBOLS = symbols();
    private static final MethodHandle KQUEUE = handle("kqueue", JAVA_INT);
    private static final MethodHandle KEVENT =
            handle("kevent", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);

    final int descriptor;

    Kqueue(int descriptor) {
        this.descriptor = descriptor;
    }

    /// What the structure is like, and what the filter of events of our own is called.
    public enum Layout {
        MACOS(32, -10),
        FREEBSD(64, -11),
        LIBKQUEUE(32, -11) {
            @Override
            Kqueue queue(int descriptor) {
                return new Libkqueue(descriptor);
            }
        };

        final int size;
        private final short user;

        Layout(int size, int user) {
            this.size = size;
            this.user = (short) user;
        }

        Kqueue queue(int descriptor) {
            return new Kqueue(descriptor);
        }

        /// `EVFILT_USER`.
        public short user() {
            return user;
        }

        /// The one that was asked for, or that of this system. Fails if there is neither.
        public static Layout ofSystem() {
            return of(System.getProperty(LAYOUT), System.getProperty(LIBRARY), Platform.CURRENT);
        }

        /// On Linux another library is taken for libkqueue.
        static Layout of(@Nullable String asked, @Nullable String library, Platform platform) {
            if (asked != null) {
                return named(asked);
            }
            return switch (platform) {
                case MACOS -> MACOS;
                case FREEBSD -> FREEBSD;
                case LINUX -> {
                    if (library == null) {
                        throw new IllegalStateException(
                                "it is known of macOS and FreeBSD, and this is "
                                        + System.getProperty("os.name"));
                    }
                    yield LIBKQUEUE;
                }
            };
        }

        private static Layout named(String asked) {
            for (var layout : values()) {
                if (layout.name().equalsIgnoreCase(asked)) {
                    return layout;
                }
            }
            throw new IllegalStateException(
                    "-D%s=%s: expected macos, freebsd or libkqueue".formatted(LAYOUT, asked));
        }
    }

    /// Changes to make, or events. Not thread-safe.
    public static final class Events {
        private final Layout layout;
        private final MemorySegment memory;
        private final MemorySegment timespec;
        private final int capacity;
        private int count;

        public Events(Layout layout, int capacity) {
            this(layout, capacity, Arena.ofAuto());
        }

        private Events(Layout layout, int capacity, Arena arena) {
            this.layout = layout;
            this.capacity = capacity;
            memory = arena.allocate((long) capacity * layout.size, 8);
            timespec = arena.allocate(16, 8);
        }

        MemorySegment memory() {
            return memory;
        }

        int count() {
            return count;
        }

        /// Adds a change.
        public Events with(long ident, short filter, int flags, int filterFlags, long token) {
            long at = (long) count * layout.size;
            memory.asSlice(at, layout.size).fill((byte) 0);
            memory.set(JAVA_LONG, at, ident);
            memory.set(JAVA_SHORT, at + 8, filter);
            memory.set(JAVA_SHORT, at + 10, (short) flags);
            memory.set(JAVA_INT, at + 12, filterFlags);
            memory.set(JAVA_LONG, at + 24, token);
            count++;
            return this;
        }

        long ident(int i) {
            return memory.get(JAVA_LONG, (long) i * layout.size);
        }

        public short filter(int i) {
            return memory.get(JAVA_SHORT, (long) i * layout.size + 8);
        }

        public int flags(int i) {
            return Short.toUnsignedInt(memory.get(JAVA_SHORT, (long) i * layout.size + 10));
        }

        int filterFlags(int i) {
            return memory.get(JAVA_INT, (long) i * layout.size + 12);
        }

        public long token(int i) {
            return memory.get(JAVA_LONG, (long) i * layout.size + 24);
        }
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup symbols() {
        String library = System.getProperty(LIBRARY);
        return library == null
                ? Linker.nativeLinker().defaultLookup()
                : SymbolLookup.libraryLookup(library, Arena.global());
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(
            String name, MemoryLayout result, MemoryLayout... parameters) {
        return Linker.nativeLinker()
                .downcallHandle(
                        SYMBOLS.findOrThrow(name),
                        FunctionDescriptor.of(result, parameters),
                        Linker.Option.captureCallState("errno"));
    }

    /// Opens a queue whose structures are as the layout says.
    public static Kqueue open(Layout layout) throws IOException {
        var state = CallState.current();
        int descriptor;
        try {
            descriptor = state.result((int) KQUEUE.invokeExact(state.errno));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
        if (descriptor < 0) {
            throw new IOException("kqueue: " + Errno.message(-descriptor));
        }
        return layout.queue(descriptor);
    }

    /// Makes changes, one after the other until one fails.
    public int change(Events changes) {
        var state = CallState.current();
        try {
            return state.result(
                    (int)
                            KEVENT.invokeExact(
                                    state.errno,
                                    descriptor,
                                    changes.memory,
                                    changes.count,
                                    MemorySegment.NULL,
                                    0,
                                    MemorySegment.NULL));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Waits for events: 0 nanoseconds only looks, a negative number waits without limit. A wait of
    /// more than a day is one of a day.
    public int await(Events into, long nanos) {
        var state = CallState.current();
        var limit = MemorySegment.NULL;
        if (nanos >= 0) {
            long most = Math.min(nanos, LONGEST_NANOS);
            limit = into.timespec;
            limit.set(JAVA_LONG, 0, most / 1_000_000_000);
            limit.set(JAVA_LONG, 8, most % 1_000_000_000);
        }
        try {
            return state.result(
                    (int)
                            KEVENT.invokeExact(
                                    state.errno,
                                    descriptor,
                                    MemorySegment.NULL,
                                    0,
                                    into.memory,
                                    into.capacity,
                                    limit));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Gives it back. Nobody uses it.
    public void close() {
        Sockets.close(descriptor);
    }
}
