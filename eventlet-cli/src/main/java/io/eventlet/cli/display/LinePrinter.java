// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Prints lines by a thread of its own, so that a server says what happens without waiting for
/// whoever reads it: a reader may stop reading for as long as it pleases.
///
/// Lines that have to wait are held up to a bound. Those beyond it are left out, and in their place
/// stands how many they were. Thread-safe.
public final class LinePrinter implements AutoCloseable {
    static final int MOST_WAITING = 1000;
    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    private final PrintWriter out;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private List<String> waiting = new ArrayList<>(); // guarded by lock
    private long leftOut; // guarded by lock; those that came after the last one that waits
    private boolean closed; // guarded by lock

    private LinePrinter(PrintWriter out) {
        this.out = out;
        thread = Thread.ofPlatform().name("eventlet-lines").daemon().unstarted(this::printAll);
    }

    public static LinePrinter open(PrintWriter out) {
        var printer = new LinePrinter(out);
        printer.thread.start();
        return printer;
    }

    /// Has a line printed after those before it; never blocks. Does nothing once it is closed.
    public void print(String line) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (waiting.size() < MOST_WAITING) {
                waiting.add(line);
            } else {
                leftOut++;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until all has been printed, but not for long where nobody reads, or until the calling
    /// thread is interrupted. Idempotent.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            boolean ignored = thread.join(LAST_LINES);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void printAll() {
        List<String> lines = takeAll();
        while (!lines.isEmpty()) {
            lines.forEach(out::println);
            out.flush();
            lines = takeAll();
        }
    }

    /// Waits for lines and takes all there are; none when it is closed.
    private List<String> takeAll() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            List<String> taken = waiting;
            if (leftOut > 0) {
                taken.add("(" + Quantity.count(leftOut, "line") + " left out: nobody read them)");
            }
            waiting = new ArrayList<>();
            leftOut = 0;
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
