// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import io.eventlet.ThrowingSupplier;
import io.eventlet.errors.Cancelled;
import io.eventlet.lang.Locks;
import io.eventlet.wait.Held;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.UncaughtErrors;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The threads of an [Offload]: who runs what, and what waits.
final class Workers {
    /*
     * A task is handed to the worker that became idle last, so that those that are not needed stay
     * idle long enough to end. If none is idle it is queued, and a thread is hired if there may be
     * one more; whichever worker is free first takes the first of the queue. So nothing is queued
     * while a worker is idle, and a worker that is to end looks at the queue first.
     *
     * Threads are started without the lock, which green threads take.
     */
    /// What throws in place of a start that fails, in tests: there is no other way to make one
    /// fail.
    static volatile @Nullable Consumer<Thread> beforeStart;

    private final String name;
    private final int maxWaiting;
    private final Duration idleTime;
    private final boolean interrupting;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue closers = new WaitQueue(lock, new Closing());
    private final LinkedHashSet<OffloadTask<?>> queue = new LinkedHashSet<>(); // guarded by lock
    private final LinkedHashSet<Worker> idle = new LinkedHashSet<>(); // guarded by lock: the latest
    // first
    // guarded by lock:
    private final Set<Worker> all = new HashSet<>(); // those included that are about to start
    private int size;
    private int busy;
    private int hired; // ever
    private boolean closed;
    private final Accounts accounts = new Accounts();

    Workers(String name, int size, int maxWaiting, Duration idleTime, boolean interrupting) {
        this.name = name;
        this.size = ensureSize(size);
        this.maxWaiting = maxWaiting;
        this.idleTime = idleTime;
        this.interrupting = interrupting;
    }

    static int ensureSize(int size) {
        if (size < 1) {
            throw new IllegalArgumentException(
                    "the threads of an offload must be 1 or more: " + size);
        }
        return size;
    }

    String name() {
        return name;
    }

    // ---- tasks, by their callers

    /// Has a body run, as soon as a thread is free.
    <T extends @Nullable Object> OffloadTask<T> submit(ThrowingSupplier<? extends T, ?> body) {
        Worker starting = null;
        OffloadTask<T> task;
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("offload '" + name + "' has been closed");
            }
            var free = idle.isEmpty() ? null : idle.getFirst();
            if (free == null && all.size() >= size && waiting() >= maxWaiting) {
                accounts.refused();
                throw new OffloadFull(
                        "offload '%s' is full: %d of %d threads are busy, %d tasks wait"
                                .formatted(name, busy, size, waiting()));
            }
            task = new OffloadTask<>(this, lock, Worker.currentTask(), body);
            if (free == null && all.size() < size) {
                starting = hire();
            }
            enqueue(task, starting);
            if (free != null) {
                idle.removeFirst();
                boolean ignored = free.idling.wake(null);
            }
        } finally {
            lock.unlock();
        }
        if (starting != null) {
            start(starting);
        }
        return task;
    }

    /// Queues a task, or has nobody hired for it.
    private void enqueue(OffloadTask<?> task, @Nullable Worker starting) {
        try {
            queue.add(task);
        } catch (Throwable e) { // there is no memory
            if (starting != null) {
                all.remove(starting);
            }
            throw e;
        }
    }

    /// Gives a task up, whose caller has left: it is not begun, or goes on for nobody.
    void abandon(OffloadTask<?> task) {
        Worker worker;
        lock.lock();
        try {
            accounts.abandoned();
            worker = task.worker;
            if (worker == null) {
                boolean ignored = queue.remove(task);
            }
            tellClosers();
        } finally {
            lock.unlock();
        }
        if (interrupting && worker != null) {
            worker.interruptIn(task);
        }
    }

    // ---- threads

    private Worker hire() {
        hired++;
        var worker = new Worker(this, name + "-" + hired, new WaitQueue(lock, this));
        all.add(worker);
        return worker;
    }

    /// Starts a thread. If that cannot be, other threads take what waits; if there is none, what
    /// waits fails.
    private void start(Worker worker) {
        try {
            var asked = beforeStart;
            if (asked != null) {
                asked.accept(worker);
            }
            worker.start();
        } catch (Throwable e) {
            lock.lock();
            try {
                all.remove(worker);
                if (all.isEmpty()) {
                    failAll(e);
                }
                tellClosers();
            } finally {
                lock.unlock();
            }
        }
    }

    private void failAll(Throwable cause) {
        for (var task : queue) {
            accounts.failed();
            task.fail(
                    new RejectedExecutionException(
                            "offload '" + name + "' could not start a thread", cause));
            boolean ignored = task.wakeCaller();
        }
        queue.clear();
    }

    /// The next task of a worker, who waits for it; null if the thread is to end.
    @Nullable OffloadTask<?> next(Worker worker) {
        boolean enough = false; // it has been idle for long
        while (true) {
            WaitQueue.Waiter waiter;
            lock.lock();
            try {
                boolean ignored = idle.remove(worker);
                if (all.size() > size) {
                    return leave(worker);
                }
                if (!queue.isEmpty()) {
                    var task = queue.removeFirst();
                    begin(worker, task);
                    return task;
                }
                if (closed || enough) {
                    return leave(worker);
                }
                waiter = worker.idling.add(null);
                idle.addFirst(worker);
            } finally {
                lock.unlock();
            }
            enough = !awaitWork(waiter);
        }
    }

    /// Whether the worker was woken, and not just idle for long.
    private boolean awaitWork(WaitQueue.Waiter waiter) {
        try {
            return waiter.await(Waits.deadlineAfter(idleTime));
        } catch (RuntimeException | Error e) { // meant for a task that has ended
            return true;
        }
    }

    private @Nullable OffloadTask<?> leave(Worker worker) {
        all.remove(worker);
        tellClosers();
        return null;
    }

    private void begin(Worker worker, OffloadTask<?> task) {
        busy++;
        worker.begin(task);
        worker.task = task;
        task.worker = worker;
        task.begun = System.nanoTime();
        accounts.begun(task.begun - task.asked);
    }

    /// Called by a worker when its task has ended.
    void finish(Worker worker, OffloadTask<?> task) {
        boolean heard;
        worker.end();
        lock.lock();
        try {
            heard = settle(worker, task);
            Worker.forgetCancellations();
        } finally {
            lock.unlock();
        }
        var error = task.error();
        if (!heard && error != null && !isByInterrupt(error)) {
            UncaughtErrors.report(worker, error);
        }
    }

    /// Whether a task may have failed because it was abandoned.
    private boolean isByInterrupt(Throwable error) {
        return interrupting && (error instanceof Cancelled || Interrupts.areBehind(error));
    }

    /// Counts a task that has ended and wakes its caller; false if it was abandoned.
    private boolean settle(Worker worker, OffloadTask<?> task) {
        busy--;
        worker.task = null;
        task.worker = null;
        accounts.ended(System.nanoTime() - task.begun, task.hasFailed());
        return task.wakeCaller();
    }

    /// A worker ends because of an error that is no task's. What it had fails, what waits is for
    /// another one.
    void lose(Worker worker, Throwable error) {
        Worker successor;
        worker.end();
        lock.lock();
        try {
            boolean ignored = idle.remove(worker);
            var task = worker.task;
            if (task != null) {
                task.fail(error);
                boolean _ = settle(worker, task);
            }
            successor = dismiss(worker);
        } finally {
            lock.unlock();
        }
        if (successor != null) {
            start(successor);
        }
        UncaughtErrors.report(worker, error);
    }

    /// A worker ends because a task has left something with the thread. What waits is for another
    /// one.
    void replace(Worker worker) {
        Worker successor;
        lock.lock();
        try {
            successor = dismiss(worker);
        } finally {
            lock.unlock();
        }
        if (successor != null) {
            start(successor);
        }
    }

    /// Takes out a worker that is not idle; who is to be started in its place, if anybody.
    private @Nullable Worker dismiss(Worker worker) {
        all.remove(worker);
        var successor = !queue.isEmpty() && all.size() < size ? hire() : null;
        tellClosers();
        return successor;
    }

    // ---- all of them

    void resize(int newSize) {
        ensureSize(newSize);
        var starting = new ArrayDeque<Worker>();
        lock.lock();
        try {
            size = newSize;
            for (int more = waiting(); more > 0 && all.size() < size; more--) {
                starting.add(hire());
            }
            for (int fewer = all.size() - size; fewer > 0 && !idle.isEmpty(); fewer--) {
                boolean ignored = idle.removeLast().idling.wake(null);
            }
        } finally {
            lock.unlock();
        }
        starting.forEach(this::start);
    }

    /// Refuses tasks from now on, and waits until those that it has have ended: false if they had
    /// not by the deadline.
    boolean close(long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            closed = true;
            while (!idle.isEmpty()) {
                boolean ignored = idle.removeFirst().idling.wake(null);
            }
            if (all.isEmpty()) {
                return true;
            }
            waiter = closers.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline);
    }

    private void tellClosers() {
        if (closed && all.isEmpty()) {
            closers.wakeAll(null);
        }
    }

    /// Tasks that no thread is on its way to; one that is to end is not.
    private int waiting() {
        int arriving = Math.min(all.size(), size) - busy - idle.size();
        return queue.size() - Math.clamp(arriving, 0, queue.size());
    }

    boolean isClosed() {
        return Locks.call(lock, () -> closed);
    }

    OffloadStatistics statistics() {
        return Locks.call(lock, () -> accounts.with(name, size, all.size(), busy, waiting()));
    }

    /// The end of the threads, for which closers wait.
    private final class Closing implements Held {
        @Override
        public boolean isDoneOutside() {
            return true;
        }

        @Override
        public Collection<Thread> holders() {
            return Locks.call(lock, Workers.this::busy);
        }

        @Override
        public boolean isEndedByHoldersOnly() {
            return true;
        }

        @Override
        public String toString() {
            return "end of " + Workers.this;
        }
    }

    /// Of whom one has to do something before a task has ended. While one is on its way to the
    /// queue, that is not known.
    List<Thread> holders(OffloadTask<?> task) {
        lock.lock();
        try {
            var worker = task.worker;
            if (worker != null) {
                return List.of(worker);
            }
            return busy == all.size() ? busy() : List.of();
        } finally {
            lock.unlock();
        }
    }

    private List<Thread> busy() {
        return all.stream().filter(worker -> worker.task != null).map(Thread.class::cast).toList();
    }

    @Override
    public String toString() {
        return "offload '" + name + "'";
    }
}
