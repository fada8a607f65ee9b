// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.GreenThread;
import io.eventlet.ThrowingRunnable;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;

/// Tells whether code waits or yields: whether other green threads of the hub may run meanwhile.
///
/// ```java
/// Blocking.assertDoesNotBlock(() -> cache.get("key"));
/// Blocking.assertBlocks(() -> queue.get());
/// ```
///
/// Not by time: on a hub a green thread that has given up the hub's thread, even if only to get it
/// back at once, has been given it again, and the hub counts that. So both need hub mode and a
/// green thread, and throw `IllegalStateException` elsewhere. A wait that pins the hub's thread,
/// such as one in a static initialiser, is none: nobody else runs meanwhile.
public final class Blocking {
    private Blocking() {}

    /// Runs a body, and fails with an [AssertionError] if it has neither waited nor yielded. What
    /// it throws is thrown.
    public static <X extends Exception> void assertBlocks(ThrowingRunnable<X> body) throws X {
        if (timesYielded(body) == 0) {
            throw new AssertionError("expected it to wait or yield, and it did neither");
        }
    }

    /// Runs a body, and fails with an [AssertionError] if it has waited or yielded. What it throws
    /// is thrown.
    public static <X extends Exception> void assertDoesNotBlock(ThrowingRunnable<X> body) throws X {
        long times = timesYielded(body);
        if (times > 0) {
            throw new AssertionError(
                    "expected it neither to wait nor to yield, and others could run meanwhile");
        }
    }

    private static <X extends Exception> long timesYielded(ThrowingRunnable<X> body) throws X {
        var hub = hub();
        long before = hub.statistics().tasks();
        body.run();
        return hub.statistics().tasks() - before;
    }

    private static Hub hub() {
        var thread = GreenThread.current();
        if (thread == null) {
            throw new IllegalStateException(
                    "only on a green thread can be seen whether it yields, and this is "
                            + Thread.currentThread());
        }
        if (thread.hub().mode() != Mode.HUB) {
            throw new IllegalStateException(
                    "Blocking needs hub mode, and this JVM is in portable mode; the log says why,"
                            + " and which options it needs");
        }
        return thread.hub();
    }
}
