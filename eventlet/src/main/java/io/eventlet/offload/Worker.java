// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import io.eventlet.wait.Strand;
import io.eventlet.wait.UncaughtErrors;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.ReentrantLock;

/// A platform thread of an [Offload].
final class Worker extends Thread {
    private final Workers workers;
    final WaitQueue idling; // of this thread alone
    @Nullable OffloadTask<?> task; // that it runs; written under the lock of the workers, by it
    private final ReentrantLock interrupting = new ReentrantLock();
    private @Nullable OffloadTask<?> interruptible; // under interrupting: that it runs

    Worker(Workers workers, String name, WaitQueue idling) {
        super(null, null, name, 0, false);
        this.workers = workers;
        this.idling = idling;
        setDaemon(true);
    }

    /// The task in which the calling thread is; null if it is none of ours.
    static @Nullable OffloadTask<?> currentTask() {
        return Thread.currentThread() instanceof Worker worker ? worker.task : null;
    }

    @Override
    public void run() {
        try {
            var next = workers.next(this);
            while (next != null) {
                next.run();
                workers.finish(this, next);
                if (isLimited()) {
                    workers.replace(this);
                    return;
                }
                next = workers.next(this);
            }
        } catch (Throwable e) { // no task's: the memory is full, or the like
            workers.lose(this, e);
        }
    }

    // ---- interrupts

    /// From now on it can be interrupted in a task. The lock is held by nobody for long then.
    void begin(OffloadTask<?> begun) {
        setInterruptible(begun);
    }

    private void setInterruptible(@Nullable OffloadTask<?> now) {
        interrupting.lock();
        try {
            interruptible = now;
        } finally {
            interrupting.unlock();
        }
    }

    /// Interrupts it if it is still in a task. That may close a channel, and so run code of users:
    /// under this lock, for which only the end of that task waits.
    void interruptIn(OffloadTask<?> abandoned) {
        interrupting.lock();
        try {
            if (interruptible == abandoned) {
                interrupt();
            }
        } catch (Throwable e) { // of that code; the caller has something else to throw
            UncaughtErrors.report(this, e);
        } finally {
            interrupting.unlock();
        }
    }

    /// From now on it is in no task, and forgets what interrupts that has not heard, so that the
    /// next does not. Called by it, without the lock of the workers.
    void end() {
        setInterruptible(null);
        boolean ignored = Thread.interrupted();
    }

    /// Has the thread forget what else a task was told and did not hear. Calls no code of the
    /// task's.
    static void forgetCancellations() {
        var strand = Strand.current();
        if (strand != null) {
            strand.forgetCancellations();
        }
        boolean ignored = Thread.interrupted(); // by one of those
    }

    /// Whether a task has left a timeout open, which would end a wait of the next.
    private static boolean isLimited() {
        var strand = Strand.current();
        return strand != null && strand.isLimited();
    }
}
