// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.lang.Ring;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
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
     * with: so the first looks only yield, each time to whoever is ready. One that computes, or
     * waits for a lock, becomes one of the patient, who are looked at in rounds. The pause between
     * two rounds grows, and is long beside what the looks of a round have cost.
     *
     * Both are looked at in every turn, a few of each, so that neither those who come all the time
     * nor those who stay keep it from the others, or others from their turns.
     */
    static final int FIRST_LOOKS = 4;
    static final int STACKS = 32; // in a turn, of the fresh and of the patient each
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

        /// Lets others run that are ready.
        default void yieldTurn() {
            Thread.yield();
        }

        /// The time by which it pauses.
        default long nanoTime() {
            return System.nanoTime();
        }

        /// Waits for a time, or until the calling thread is unparked.
        default void pause(Object blocker, long nanos) {
            LockSupport.parkNanos(blocker, nanos);
        }

        /// Whether time passes while threads run. Else a pause has no end of its own: who moves the
        /// time on calls [Interrupter#lookAgain()] before, and whenever others have run.
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
    private volatile boolean pausing; // written by the watcher
    private volatile boolean left; // for resume(), without memory
    private final Runnable body = this::run;

    // the watcher alone
    private @Nullable Strand arrived; // oldest first, by nextListed
    private final Ring<Strand> fresh = new Ring<>(STACKS);
    private final Ring<Strand> patient = new Ring<>(STACKS);
    private int stacks; // looked at in this turn
    private int round; // how many of the patient are still to be looked at
    private long looked; // for how long so far, others' turns not counted
    private long cost; // of the looks of this round
    private long rest; // after the last round
    private long pause = FIRST_PAUSE_NANOS;
    private long rounded; // when the last round ended

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
        begin();
    }

    private void begin() {
        boolean begun = false;
        try {
            threads.start(body);
            begun = true;
        } catch (OutOfMemoryError e) { // whoever has cancelled has done so
            left = true;
        } finally {
            if (!begun) {
                running.set(false);
            }
        }
    }

    /// Begins again if there was no memory to begin or to go on. Called now and then, by a thread
    /// that has the time.
    public void resume() {
        if (left && running.compareAndSet(false, true)) {
            left = false;
            begin();
        }
    }

    /// Whether it waits to look again at threads that compute, or wait where no interrupt helps.
    public boolean isPausing() {
        return pausing;
    }

    /// Has it look again now, if it pauses.
    public void lookAgain() {
        if (pausing) {
            LockSupport.unpark(watcher);
        }
    }

    private void run() {
        boolean ended = false;
        try {
            watchWhileNeeded();
            ended = true;
        } finally {
            if (!ended) { // there is no memory
                left = true;
                running.set(false);
            }
        }
    }

    private void watchWhileNeeded() {
        watcher = Thread.currentThread();
        while (true) {
            watchUntilNoneIsLeft();
            if (lingerNanos > 0) {
                threads.pause(this, lingerNanos);
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
        while (true) {
            collect();
            lookAtFresh();
            lookAtPatient();
            if (fresh.size() > 0 || round > 0) {
                threads.yieldTurn();
            } else if (patient.size() > 0) {
                pause();
            } else if (listed.get() == null) {
                return;
            }
        }
    }

    private void pause() {
        pausing = true;
        threads.pause(this, due() - threads.nanoTime()); // or until there are more
        pausing = false;
    }

    /// When the next round begins.
    private long due() {
        return rounded + Math.max(pause, rest);
    }

    /// Takes over those that were listed. One that it watches already has been cancelled again: it
    /// counts as fresh once more.
    private void collect() {
        if (arrived == null) {
            var strand = listed.getAndSet(null);
            while (strand != null) {
                var older = strand.nextListed;
                strand.nextListed = arrived;
                arrived = strand;
                strand = older;
            }
        }
        while (arrived != null) {
            var strand = arrived;
            if (strand.firstLooks == 0) {
                fresh.addLast(strand); // may fail: then it has still arrived
            }
            strand.firstLooks = FIRST_LOOKS;
            arrived = strand.nextListed;
            strand.nextListed = null; // before somebody lists it again
            strand.unlist();
        }
    }

    // Whatever a look throws, when there is no memory, the strand is still watched after it.

    private void lookAtFresh() {
        stacks = 0;
        for (int n = fresh.size(); n > 0 && stacks < STACKS; n--) {
            var strand = Objects.requireNonNull(fresh.peekFirst());
            if (isDone(strand)) {
                strand.firstLooks = 0;
            } else if (strand.firstLooks == 1) {
                addPatient(strand);
                strand.firstLooks = 0;
            } else {
                strand.firstLooks--;
            }
            var ignored = fresh.pollFirst();
            if (strand.firstLooks > 0) {
                fresh.addLast(strand);
            }
        }
    }

    private void addPatient(Strand strand) {
        if (strand.patient) {
            return;
        }
        if (patient.size() == 0) {
            rounded = threads.nanoTime();
            rest = 0;
        }
        patient.addLast(strand);
        strand.patient = true;
        pause = FIRST_PAUSE_NANOS; // for its sake: it may be at hand soon
    }

    private void lookAtPatient() {
        if (round == 0 && isDue()) {
            round = patient.size();
            cost = 0;
        }
        if (round == 0) {
            return;
        }
        long before = looked;
        for (stacks = 0; round > 0 && stacks < STACKS; round--) {
            var strand = Objects.requireNonNull(patient.peekFirst());
            boolean done = isDone(strand);
            var ignored = patient.pollFirst();
            if (done) {
                strand.patient = false;
            } else {
                patient.addLast(strand);
            }
        }
        cost += looked - before;
        if (round == 0) {
            rounded = threads.nanoTime();
            rest = PAUSES_PER_LOOK * cost;
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    private boolean isDue() {
        return !threads.isTimed() || due() - threads.nanoTime() <= 0;
    }

    private boolean isDone(Strand strand) {
        if (!strand.awaitsInterrupt()) {
            return true;
        }
        var thread = strand.thread();
        if (thread.getState() == Thread.State.TERMINATED) {
            return true;
        }
        if (!isWithinReach(thread)) {
            return false;
        }
        try {
            threads.interrupt(strand);
        } catch (RuntimeException | Error e) { // of a channel that it closed
            UncaughtErrors.report(thread, e);
        }
        return !strand.awaitsInterrupt(); // somebody else's may have been there
    }

    private boolean isWithinReach(Thread thread) {
        stacks++;
        long begin = threads.nanoTime();
        boolean answer = InterruptibleWait.isIn(thread);
        looked += threads.nanoTime() - begin;
        return answer;
    }
}
