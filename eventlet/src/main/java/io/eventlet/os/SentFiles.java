// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/// Files whose bytes go from the kernel's memory into a socket, sendfile(2) of Linux. Every call
/// returns a result that is not negative, or `-errno`.
public final class SentFiles {
    /// The longest path, in bytes.
    public static final int MAX_PATH = CallState.SCRATCH - 1;

    private static final boolean LINUX = Platform.CURRENT == Platform.LINUX;
    private static final int RWF_NOWAIT = 8;
    private static final int O_NOFOLLOW =
            System.getProperty("os.arch", "").equals("aarch64") ? 0x8000 : 0x20000;
    private static final int OPEN =
            O_NOFOLLOW | SocketNumber.O_NONBLOCK.here() | SocketNumber.O_CLOEXEC.here();

    private static final @Nullable MethodHandle OPEN_FILE = blocking("open");
    private static final @Nullable MethodHandle SENDFILE = blocking("sendfile");
    private static final @Nullable MethodHandle PREADV2 = // does not sleep as it is called here
            blocking("preadv2");

    private SentFiles() {}

    private static @Nullable MethodHandle blocking(String name) {
        return LINUX && Libc.has(name) ? Libc.blockingCall(name) : null;
    }

    /// Whether the system has all that is called here.
    public static boolean areThere() {
        return OPEN_FILE != null && SENDFILE != null && PREADV2 != null;
    }

    /// Opens a file, which is no link, to be read: its descriptor. A pipe is not waited for.
    public static int open(byte[] path) {
        var call = Objects.requireNonNull(OPEN_FILE);
        Objects.checkFromIndexSize(0, path.length, MAX_PATH + 1);
        var state = CallState.current();
        MemorySegment.copy(path, 0, state.scratch, JAVA_BYTE, 0, path.length);
        state.scratch.set(JAVA_BYTE, path.length, (byte) 0);
        return state.call(call, state.scratch.address(), OPEN);
    }

    /// Whether a byte of a file is in the kernel's memory: to read it waits for no disk. False as
    /// well if the file has no such byte, and where its file system cannot tell.
    public static boolean isInMemory(int file, long position) {
        var call = Objects.requireNonNull(PREADV2);
        var state = CallState.current();
        var vector = state.scratch; // struct iovec { void *base; size_t length; }, and a byte
        vector.set(JAVA_LONG, 0, vector.address() + 16);
        vector.set(JAVA_LONG, 8, 1);
        try {
            return (long)
                            call.invokeExact(
                                    state.errno,
                                    (long) file,
                                    vector,
                                    1L,
                                    position,
                                    (long) RWF_NOWAIT,
                                    0L)
                    == 1;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Sends a part of a file to a socket without waiting for the socket: the number of bytes, 0 if
    /// the file ends before the part begins. Waits for the disk if the part is not in memory.
    public static int send(int socket, int file, long position, int length) {
        var call = Objects.requireNonNull(SENDFILE);
        var state = CallState.current();
        state.scratch.set(JAVA_LONG, 0, position);
        try {
            return state.result(
                    (long)
                            call.invokeExact(
                                    state.errno,
                                    (long) socket,
                                    MemorySegment.ofAddress(file),
                                    state.scratch.address(),
                                    (long) length,
                                    0L,
                                    0L));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }
}
