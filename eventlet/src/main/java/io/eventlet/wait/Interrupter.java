// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Interrupts threads that have been cancelled, each when it is in a wait that an interrupt ends,
/// and not before.
///
/// Watches them on a thread of its own, which it has only while there are any. That of a hub is a
/// green thread: while it looks, none of those it looks at can run, so what it interrupts is still
/// in its wait. Elsewhere the thread may leave its wait between the look and the interrupt.
public final class Interrupter {
    /// For threads that are on no hub of ours.
    public static final Interrupter OF_OTHERS =
            new Interrupter(Threads.OF_THE_PLATFORM, TimeUnit.SECONDS.toNanos(1));

    /*
     * Who has just been woken is about to run, and mostly sees for itself what it was cancelled
     * with: so the first looks only yield. One that computes, or waits for a lock, is looked at
     * again after a pause, which grows.
     */
    private static final int YIELDS = 3;
    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;
    private static final int DOUBLINGS = 8; // from the first to the longest

    /// What it watches on.
    public interface Threads {
        Threads OF_THE_PLATFORM =
                body -> Thread.ofPlatform().daemon().name("eventlet-interrupter").start(body);

        void start(Runnable body);

        /// Interrupts a thread in its wait, and lets it run.
        default void interrupt(Strand strand) {
            strand.interrupt();
        }
    }

    private final Threads threads;
    private final long lingerNanos;
    private final AtomicReference<@Nullable Strand> listed =
            new AtomicReference<>(); // newest first
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile @Nullable Thread watcher;
    private volatile boolean pausing;

    /// `lingerNanos`: for how long its thread stays when there is nobody to watch.
    public Interrupter(Threads threads, long lingerNanos) {
        this.threads = threads;
        this.lingerNanos = lingerNanos;
    }

    /// Watches a strand that has been cancelled, until it has no cancellation any more or was
    /// interrupted. Any thread may call it, the loop of a hub too.
    void watch(Strand cancelled) {
        if (!cancelled.list()) {
            return;
        }
        Strand head;
        do {
            head = listed.get();
            cancelled.nextListed = head;
        } while (!listed.compareAndSet(head, cancelled));
        if (running.get() || !running.compareAndSet(false, true)) {
            LockSupport.unpark(watcher); // if it is not there yet, it has yet to look
            return;
        }
        boolean started = false;
        try {
            threads.start(this::run);
            started = true;
        } finally {
            if (!started) { // there is no memory
                running.set(false);
            }
        }
    }

    /// Whether it waits to look again at threads that compute, or wait where no interrupt helps.
    public boolean isPausing() {
        return pausing;
    }

    private void run() {
        boolean ended = false;
        try {
            watchWhileNeeded();
            ended = true;
        } finally {
            if (!ended) { // there is no memory: the next cancellation begins anew
                running.set(false);
            }
        }
    }

    private void watchWhileNeeded() {
        watcher = Thread.currentThread();
        var watched = new ArrayList<Strand>();
        while (true) {
            watchUntilNoneIsLeft(watched);
            if (lingerNanos > 0) {
                LockSupport.parkNanos(this, lingerNanos);
            }
            if (listed.get() == null) {
                running.set(false);
                if (listed.get() == null || !running.compareAndSet(false, true)) {
                    return; // another one may have been started
                }
            }
        }
    }

    private void watchUntilNoneIsLeft(List<Strand> watched) {
        int looks = 0;
        while (true) {
            if (collect(watched)) {
                looks = 0;
            }
            watched.removeIf(this::isDone);
            if (watched.isEmpty()) {
                return;
            }
            if (looks < YIELDS) {
                Thread.yield();
            } else {
                pausing = true;
                LockSupport.parkNanos(
                        this, Math.min(FIRST_PAUSE_NANOS << (looks - YIELDS), LONGEST_PAUSE_NANOS));
                pausing = false;
            }
            looks = Math.min(looks + 1, YIELDS + DOUBLINGS);
        }
    }

    private boolean collect(List<Strand> into) {
        var strand = listed.getAndSet(null);
        boolean any = strand != null;
        while (strand != null) {
            into.add(strand);
            var next = strand.nextListed; // before somebody lists it again
            strand.nextListed = null;
            strand.unlist();
            strand = next;
        }
        return any;
    }

    private boolean isDone(Strand strand) {
        if (!strand.awaitsInterrupt()) {
            return true;
        }
        var thread = strand.thread();
        if (thread.getState() == Thread.State.TERMINATED) {
            return true;
        }
        if (!InterruptibleWait.isIn(thread)) {
            return false;
        }
        try {
            threads.interrupt(strand);
        } catch (RuntimeException | Error e) { // of a channel that it closed
            UncaughtErrors.report(thread, e);
        }
        return true;
    }
}
