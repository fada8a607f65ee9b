// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import io.eventlet.GreenThread;
import io.eventlet.errors.Cancelled;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// The results of green threads that are started for the items of a source, in the order of the
/// items; so many at a time.
///
/// The source is asked by whoever iterates: that of a task of Spark belongs to the task's thread.
final class Window<A, T> implements Iterator<T> {
    private final Iterator<? extends A> items;
    private final int size;
    private final Function<? super A, GreenThread<T>> start;
    private final Runnable atEnd;
    private boolean exhausted;
    private boolean ended;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<GreenThread<T>> begun = new ArrayDeque<>(); // under lock
    private boolean stopped; // under lock

    /// @param start starts a thread for an item
    /// @param atEnd called once, when all results have been taken
    Window(
            Iterator<? extends A> items,
            int size,
            Function<? super A, GreenThread<T>> start,
            Runnable atEnd) {
        this.items = items;
        this.size = size;
        this.start = start;
        this.atEnd = atEnd;
    }

    /// Takes items from the source, and waits for no result. False at the end, and when it has been
    /// stopped.
    @Override
    public boolean hasNext() {
        fill();
        if (first() != null) {
            return true;
        }
        if (!ended) {
            ended = true;
            atEnd.run();
        }
        return false;
    }

    /// Waits for the next result. What ended its thread is thrown as the cause of a
    /// [io.eventlet.TaskFailed], and what ends the wait as by [GreenThread#await()].
    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("all results have been taken");
        }
        var first = Objects.requireNonNull(first());
        T result = first.await();
        lock.lock();
        try {
            begun.remove(first);
        } finally {
            lock.unlock();
        }
        return result;
    }

    /// Takes an item in the place of the result that was taken, and more as long as the next result
    /// is not there. If it is there it is not held up by a source that has to be waited for.
    private void fill() {
        boolean tookOne = false;
        while (!exhausted && hasRoom() && !(tookOne && isFirstThere())) {
            if (!items.hasNext()) {
                exhausted = true;
                return;
            }
            add(start.apply(items.next()));
            tookOne = true;
        }
    }

    private boolean hasRoom() {
        lock.lock();
        try {
            return begun.size() < size && !stopped;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFirstThere() {
        var first = first();
        return first != null && first.isDead();
    }

    private @Nullable GreenThread<T> first() {
        lock.lock();
        try {
            return begun.peek();
        } finally {
            lock.unlock();
        }
    }

    private void add(GreenThread<T> one) {
        boolean late;
        lock.lock();
        try {
            begun.add(one);
            late = stopped;
        } finally {
            lock.unlock();
        }
        if (late) {
            one.kill();
        }
    }

    private List<GreenThread<T>> begun() {
        lock.lock();
        try {
            return new ArrayList<>(begun);
        } finally {
            lock.unlock();
        }
    }

    boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more items, and kills what runs. By any thread.
    void stop() {
        lock.lock();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
        begun().forEach(GreenThread::kill);
    }

    /// Waits until all that were started have ended, for at most a time, and through interrupts:
    /// false if they have not.
    boolean awaitEnd(Duration limit) {
        long begin = System.nanoTime();
        boolean interrupted = Thread.interrupted();
        try {
            for (var one : begun()) {
                while (true) {
                    var left = limit.minusNanos(System.nanoTime() - begin);
                    try {
                        if (!one.join(left.isNegative() ? Duration.ZERO : left)) {
                            return false;
                        }
                        break;
                    } catch (Cancelled e) { // an interrupt
                        interrupted = true;
                    }
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
