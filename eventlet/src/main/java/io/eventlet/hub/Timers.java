// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.wait.Clock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The timers of a hub, soonest first; of two for the same time, the one that was added first.
///
/// Confined to the hub, but for the count of cancelled ones.
final class Timers {
    /*
     * A binary heap. Nearly every timer is cancelled, from any thread, so cancelling only marks
     * the timer and counts it; when half of the heap is dead, the living are put together again.
     * That is O(1) a cancellation, and the dead never outnumber the living by more than SLACK.
     */
    private static final int SLACK = 64;
    static final long AGAIN_NANOS = 10_000_000; // after which what lacked memory is tried again
    private static final VarHandle SIZE;

    static {
        try {
            SIZE = MethodHandles.lookup().findVarHandle(Timers.class, "size", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Clock clock;
    private final AtomicInteger cancelled = new AtomicInteger();
    private Timer[] heap = new Timer[64]; // hub only
    private int size; // written by the hub only
    private long sequence; // hub only

    Timers(Clock clock) {
        this.clock = clock;
    }

    Clock clock() {
        return clock;
    }

    /// How many there are, the cancelled ones that still take room included. Callable from every
    /// thread.
    int size() {
        return (int) SIZE.getOpaque(this);
    }

    void noteCancelled() {
        cancelled.getAndIncrement();
    }

    void add(Timer timer) {
        if (timer.isDead()) {
            cancelled.getAndDecrement();
            return;
        }
        int dead = cancelled.getPlain();
        if (dead > SLACK && dead > size / 2) {
            sweep();
        }
        if (size > heap.length / 2) {
            grow();
        }
        timer.sequence = sequence++;
        siftUp(size++, timer);
    }

    /// Grows while there is room still, and fails, before anything has changed, when there is none.
    private void grow() {
        try {
            heap = Arrays.copyOf(heap, heap.length * 2);
        } catch (OutOfMemoryError e) {
            if (size == heap.length) {
                throw e;
            }
        }
    }

    /// Puts back one that could not be fired for want of memory, for a little later: into the room
    /// that it has left.
    private void putBack(Timer timer, long now) {
        timer.deadline = now + AGAIN_NANOS; // it may have been late
        timer.sequence = sequence++;
        siftUp(size++, timer);
    }

    /// Nanoseconds until the next one is due: 0 if it is, -1 if there is none.
    long untilNext() {
        while (size > 0 && heap[0].isDead()) {
            removeFirst();
            cancelled.getAndDecrement();
        }
        return size == 0 ? -1 : Math.max(0, heap[0].deadline - clock.nanoTime());
    }

    /// Whether one is due, which may have been cancelled.
    boolean isDue(long now) {
        return size > 0 && heap[0].deadline - now <= 0;
    }

    /// Fires what is due, and what is added meanwhile only the next time.
    void fireDue(long now) {
        long end = sequence;
        while (size > 0 && heap[0].deadline - now <= 0 && heap[0].sequence - end < 0) {
            var timer = removeFirst();
            switch (timer.fire()) {
                case DONE -> {}
                case CANCELLED -> cancelled.getAndDecrement();
                case AGAIN -> putBack(timer, now);
            }
        }
    }

    /// Those that are set and do not just end the wait of a thread, in no order.
    List<Timer> ownTimers() {
        return Arrays.stream(heap, 0, size)
                .filter(timer -> !timer.endsWait && !timer.isDead())
                .toList();
    }

    /// Those that are set, in no order.
    List<Timer> toList() {
        return Arrays.stream(heap, 0, size).filter(timer -> !timer.isDead()).toList();
    }

    /// Takes all out, soonest first. One that cannot be taken stays, and what is behind it.
    void drain(Consumer<Timer> into) {
        while (size > 0) {
            into.accept(heap[0]);
            var ignored = removeFirst();
        }
    }

    private Timer removeFirst() {
        var first = heap[0];
        var moved = heap[--size];
        clear(size, size + 1);
        if (size > 0) {
            siftDown(0, moved);
        }
        return first;
    }

    /// Forgets what stands behind the end, so that it can be collected.
    @SuppressWarnings("NullAway")
    private void clear(int from, int to) {
        Arrays.fill(heap, from, to, null);
    }

    private void sweep() {
        int kept = 0;
        int swept = 0;
        for (int i = 0; i < size; i++) {
            if (heap[i].isDead()) {
                swept++;
            } else {
                heap[kept++] = heap[i];
            }
        }
        clear(kept, size);
        size = kept;
        cancelled.getAndAdd(-swept);
        for (int i = size / 2 - 1; i >= 0; i--) {
            siftDown(i, heap[i]);
        }
    }

    private void siftUp(int hole, Timer timer) {
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!timer.isBefore(heap[parent])) {
                break;
            }
            heap[hole] = heap[parent];
            hole = parent;
        }
        heap[hole] = timer;
    }

    private void siftDown(int hole, Timer timer) {
        int half = size >>> 1;
        while (hole < half) {
            int child = 2 * hole + 1;
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(timer)) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = timer;
    }
}
