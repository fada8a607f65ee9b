// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/// Keeps the JVM alive while green threads run that are no daemons: by a platform thread.
///
/// That stays a moment when there are none any more, since others may have been started that have
/// not begun.
final class KeepAlive {
    private static final long MOMENT_MILLIS = TimeUnit.SECONDS.toMillis(1) / 5;

    private static int alive; // under the monitor of this class
    private static @Nullable Thread keeper; // likewise

    private KeepAlive() {}

    static synchronized void begin() {
        alive++;
        if (keeper == null) {
            keeper =
                    Thread.ofPlatform()
                            .daemon(false)
                            .inheritInheritableThreadLocals(false)
                            .name("eventlet-keeps-alive")
                            .start(KeepAlive::keep);
        }
    }

    static synchronized void end() {
        alive--;
        KeepAlive.class.notifyAll();
    }

    private static synchronized void keep() {
        try {
            while (true) {
                if (alive > 0) {
                    KeepAlive.class.wait();
                    continue;
                }
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOMENT_MILLIS);
                long left = MOMENT_MILLIS;
                while (alive == 0 && left > 0) {
                    KeepAlive.class.wait(left);
                    left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                }
                if (alive == 0) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            return; // nobody has this thread but who looks for all
        } finally {
            keeper = null;
        }
    }
}
