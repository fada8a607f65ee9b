// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.errors.Cancelled;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A queue of ours as one of `java.util.concurrent`.
///
/// Of a closed queue, what waits throws [QueueClosed], and so does `add`; what does not wait finds
/// it full or empty. Iterators, streams and arrays are of the moment at which they were made.
final class GreenBlockingQueue<T> extends AbstractQueue<T> implements BlockingQueue<T> {
    private final Handover<T> inside;

    GreenBlockingQueue(Handover<T> inside) {
        this.inside = inside;
    }

    @Override
    public boolean add(T item) {
        if (inside.tryPut(item)) {
            return true;
        }
        throw new IllegalStateException("no room for " + item + " in a " + inside.state());
    }

    @Override
    public boolean offer(T item) {
        try {
            return inside.tryPut(item);
        } catch (QueueClosed e) {
            return false;
        }
    }

    @Override
    public boolean offer(T item, long time, TimeUnit unit) throws InterruptedException {
        return putBy(item, deadlineAfter(time, unit));
    }

    @Override
    public void put(T item) throws InterruptedException {
        boolean ignored = putBy(item, Waits.NEVER);
    }

    private boolean putBy(T item, long deadline) throws InterruptedException {
        try {
            return inside.put(item, deadline);
        } catch (Cancelled e) {
            throw Interrupts.asChecked(e);
        }
    }

    @Override
    public @Nullable T poll() {
        return inside.poll();
    }

    @Override
    public @Nullable T poll(long time, TimeUnit unit) throws InterruptedException {
        return takeBy(deadlineAfter(time, unit));
    }

    @Override
    public T take() throws InterruptedException {
        return Objects.requireNonNull(takeBy(Waits.NEVER));
    }

    private @Nullable T takeBy(long deadline) throws InterruptedException {
        try {
            return inside.get(deadline);
        } catch (Cancelled e) {
            throw Interrupts.asChecked(e);
        }
    }

    private static long deadlineAfter(long time, TimeUnit unit) {
        return Waits.deadlineAfter(Duration.ofNanos(unit.toNanos(Math.max(0, time))));
    }

    @Override
    public @Nullable T peek() {
        return inside.head();
    }

    @Override
    public int size() {
        return inside.state().size();
    }

    @Override
    public int remainingCapacity() {
        var state = inside.state();
        return state.capacity() == QueueState.UNBOUNDED
                ? QueueState.UNBOUNDED
                : Math.max(0, state.capacity() - state.size());
    }

    @Override
    public int drainTo(Collection<? super T> target) {
        return drainTo(target, Integer.MAX_VALUE);
    }

    /// Takes one after the other, and puts back that which the target does not take; no more than
    /// there were at the beginning, so that it ends.
    @Override
    public int drainTo(Collection<? super T> target, int most) {
        Objects.requireNonNull(target);
        if (target == this) {
            throw new IllegalArgumentException("a queue cannot be drained into itself");
        }
        var state = inside.state();
        int limit = (int) Math.min(most, (long) state.size() + state.putting());
        int drained = 0;
        while (drained < limit) {
            T item = inside.poll();
            if (item == null) {
                break;
            }
            try {
                boolean ignored = target.add(item);
            } catch (Throwable e) {
                inside.putBack(item);
                throw e;
            }
            drained++;
        }
        return drained;
    }

    @Override
    public void clear() {
        boolean ignored = inside.removeIf(_ -> true);
    }

    @Override
    public boolean contains(@Nullable Object wanted) {
        return wanted != null && inside.toList().contains(wanted);
    }

    /// Asks `equals` without holding the lock: it is somebody else's code.
    @Override
    public boolean remove(@Nullable Object wanted) {
        if (wanted != null) {
            for (T item : inside.toList()) {
                if (wanted.equals(item) && removeSame(item)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Removes one that is this very item; false if it is in the queue no more.
    private boolean removeSame(T unwanted) {
        return inside.removeIf(
                new Predicate<>() {
                    private boolean isFound;

                    @Override
                    public boolean test(T item) {
                        boolean isIt = !isFound && item == unwanted;
                        isFound |= isIt;
                        return isIt;
                    }
                });
    }

    @Override
    public boolean removeAll(Collection<?> unwanted) {
        Objects.requireNonNull(unwanted);
        return removeIf(unwanted::contains);
    }

    @Override
    public boolean retainAll(Collection<?> wanted) {
        Objects.requireNonNull(wanted);
        return removeIf(item -> !wanted.contains(item));
    }

    /// Asks the test without holding the lock, too.
    @Override
    public boolean removeIf(Predicate<? super T> which) {
        Objects.requireNonNull(which);
        var unwanted = Collections.<T>newSetFromMap(new IdentityHashMap<>());
        for (T item : inside.toList()) {
            if (which.test(item)) {
                unwanted.add(item);
            }
        }
        return inside.removeIf(unwanted::contains);
    }

    @Override
    public Object[] toArray() {
        return inside.toList().toArray();
    }

    @Override
    public <E> E[] toArray(E[] array) {
        return inside.toList().toArray(array);
    }

    @Override
    public Spliterator<T> spliterator() {
        return Spliterators.spliterator(toArray(), Spliterator.ORDERED | Spliterator.NONNULL);
    }

    @Override
    public Iterator<T> iterator() {
        return new Snapshot(inside.toList().iterator());
    }

    /// The items of one moment; takes out of the queue what is removed, if it is still in it.
    private final class Snapshot implements Iterator<T> {
        private final Iterator<T> items;
        private @Nullable T current; // null if there is none, or it was removed

        Snapshot(Iterator<T> items) {
            this.items = items;
        }

        @Override
        public boolean hasNext() {
            return items.hasNext();
        }

        @Override
        public T next() {
            T item = items.next();
            current = item;
            return item;
        }

        @Override
        public void remove() {
            T unwanted = current;
            if (unwanted == null) {
                throw new IllegalStateException("there is no current item, or it was removed");
            }
            current = null;
            boolean ignored = removeSame(unwanted);
        }
    }
}
