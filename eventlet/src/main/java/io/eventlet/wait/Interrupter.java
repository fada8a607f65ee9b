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
     * again after a pause, which grows with the time for which it has been out of reach, and is
     * long beside what the looks cost.
     */
    private static final int YIELDS = 3;
    private static final int STACKS = 32; // in a row, before others get a turn
    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 100_000_000;
    private static final int PAUSES_PER_LOOK = 20;

    static {
        try { // needed when descriptors have run out, and then no class file can be opened
            var needed = InterruptibleWait.class;
            Class.forName(needed.getName(), true, needed.getClassLoader());
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// What it watches on.
    public interface Threads {
        Threads OF_THE_PLATFORM =
                body ->
                        Thread.ofPlatform()
                                .daemon()
                                .inheritInheritableThreadLocals(false)
                                .name("eventlet-interrupter")
                                .start(body);

        void start(Runnable body);

        /// Interrupts a thread in its wait, and lets it run.
        default void interrupt(Strand strand) {
            strand.interrupt();
        }

        /// Whether time passes while threads run: else it is not waited for as long as any can.
        default boolean isTimed() {
            return true;
        }
    }

    private final Threads threads;
    private final long lingerNanos;
    private final AtomicReference<@Nullable Strand> listed =
            new AtomicReference<>(); // newest first
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile @Nullable Thread watcher;
    private final Runnable body = this::run;
    private final List<Strand> fresh = new ArrayList<>(); // the watcher
    private final List<Strand> patient = new ArrayList<>(); // the watcher
    private volatile boolean pausing;
    private volatile long switches; // written by the watcher

    /// `lingerNanos`: for how long its thread stays when there is nobody to watch.
    public Interrupter(Threads threads, long lingerNanos) {
        this.threads = threads;
        this.lingerNanos = lingerNanos;
    }

    /// Watches a strand that has been cancelled, until it has no cancellation any more or was
    /// interrupted. Any thread may call it, the loop of a hub too.
    void watch(Strand cancelled) {
        if (cancelled.list()) {
            Strand head;
            do {
                head = listed.get();
                cancelled.nextListed = head;
            } while (!listed.compareAndSet(head, cancelled));
        }
        if (running.get() || !running.compareAndSet(false, true)) {
            LockSupport.unpark(watcher); // if it is not there yet, it has yet to look
            return;
        }
        boolean started = false;
        try {
            threads.start(body);
            started = true;
        } finally {
            if (!started) { // there is no memory: the next cancellation tries again
                running.set(false);
            }
        }
    }

    /// Whether it waits to look again at threads that compute, or wait where no interrupt helps.
    public boolean isPausing() {
        return pausing;
    }

    /// How many turns on its hub it has had: no business of anybody's.
    public long switches() {
        return switches;
    }

    private void run() {
        boolean ended = false;
        try {
            noteSwitch();
            watchWhileNeeded();
            ended = true;
        } finally {
            if (!ended) { // there is no memory: the next cancellation begins anew
                running.set(false);
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by the watcher alone
    private void noteSwitch() {
        switches++;
    }

    private void watchWhileNeeded() {
        watcher = Thread.currentThread();
        while (true) {
            watchUntilNoneIsLeft();
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

    private void watchUntilNoneIsLeft() {
        int looks = 0;
        long pause = FIRST_PAUSE_NANOS;
        long due = System.nanoTime();
        while (true) {
            if (collect()) {
                looks = 0;
            }
            look(fresh);
            if (!fresh.isEmpty() && (looks++ < YIELDS || waitsForOthersToRun())) {
                yieldTurn();
                continue;
            }
            if (patient.isEmpty()) {
                pause = FIRST_PAUSE_NANOS;
                due = System.nanoTime() + pause;
            }
            patient.addAll(fresh);
            fresh.clear();
            long begin = System.nanoTime();
            if (due - begin <= 0) {
                look(patient);
                long took = System.nanoTime() - begin;
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
                due = begin + took + Math.max(pause, PAUSES_PER_LOOK * took);
            }
            if (patient.isEmpty() && listed.get() == null) {
                return;
            }
            pauseUntil(due);
        }
    }

    /// Where time stands still while threads run, pausing would change the order that was drawn.
    private boolean waitsForOthersToRun() {
        return !threads.isTimed()
                && fresh.stream().anyMatch(s -> s.thread().getState() == Thread.State.RUNNABLE);
    }

    private void yieldTurn() {
        noteSwitch();
        Thread.yield();
    }

    private void pauseUntil(long due) {
        pausing = true;
        noteSwitch();
        LockSupport.parkNanos(this, due - System.nanoTime()); // or until there are more
        pausing = false;
    }

    private boolean collect() {
        var strand = listed.getAndSet(null);
        boolean any = strand != null;
        while (strand != null) {
            fresh.add(strand);
            var next = strand.nextListed; // before somebody lists it again
            strand.nextListed = null;
            strand.unlist();
            strand = next;
        }
        return any;
    }

    private void look(List<Strand> watched) {
        int kept = 0;
        for (int i = 0; i < watched.size(); i++) {
            var strand = watched.get(i);
            if (i % STACKS == STACKS - 1) {
                yieldTurn();
            }
            if (!isDone(strand)) {
                watched.set(kept++, strand);
            }
        }
        watched.subList(kept, watched.size()).clear();
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
        return !strand.awaitsInterrupt(); // somebody else's may have been there
    }
}
