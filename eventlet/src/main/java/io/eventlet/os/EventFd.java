// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/// eventfd(2): a counter with a descriptor, to wake whoever polls it.
public final class EventFd {
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;

    private static final MethodHandle EVENTFD = Libc.call("eventfd");
    private static final MethodHandle WRITE = Libc.call("write");

    private EventFd() {}

    public static int create() {
        return CallState.current().call(EVENTFD, 0, EFD_NONBLOCK | EFD_CLOEXEC);
    }

    /// Adds one to the counter: an edge for whoever polls it edge-triggered.
    public static int signal(int descriptor) {
        var state = CallState.current();
        state.scratch.set(JAVA_LONG, 0, 1);
        try {
            return state.result(
                    (long)
                            WRITE.invokeExact(
                                    state.errno, (long) descriptor, state.scratch, 8L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }
}
