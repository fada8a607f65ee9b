// SPDX-License-Identifier: Apache-2.0
package legacy;

import java.util.Timer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Makes things for a test.
public final class Makers {
    private Makers() {}

    public static Thread thread(Runnable body) {
        return new Thread(body);
    }

    public static Thread threadIn(ThreadGroup group, Runnable body) {
        return new Thread(group, body);
    }

    /// One that has set its own handler, and waits.
    public static Thread handled(Thread.UncaughtExceptionHandler handler, Runnable body) {
        return new Thread(() -> {
            Thread.currentThread().setUncaughtExceptionHandler(handler);
            if (Thread.currentThread().getUncaughtExceptionHandler() != handler) {
                throw new IllegalStateException("another handler");
            }
            body.run();
        });
    }

    public static Timer timer() {
        return new Timer("no daemon");
    }

    public static ExecutorService pool() {
        return Executors.newCachedThreadPool();
    }
}
