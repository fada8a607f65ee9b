// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import io.eventlet.wait.Strand;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

/// A platform thread of an [Offload].
final class Worker extends Thread {
    private final Workers workers;
    final WaitQueue idling; // of this thread alone
    @Nullable OffloadTask<?> task; // that it runs; written under the lock of the workers, by it

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

    /// Has the thread forget what a task was told and did not hear, so that the next does not.
    /// Calls no code of the task's.
    static void forgetInterrupts() {
        var strand = Strand.current();
        if (strand != null) {
            strand.forgetCancellations();
        }
        boolean ignored = Thread.interrupted();
    }

    /// Whether a task has left a timeout open, which would end a wait of the next.
    private static boolean isLimited() {
        var strand = Strand.current();
        return strand != null && strand.isLimited();
    }
}
