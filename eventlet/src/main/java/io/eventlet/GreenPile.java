// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.lang.Locks;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;

/// Green threads of a pool whose results are wanted together, in the order of their spawning.
///
/// ```java
/// var pile = new GreenPile<String>(pool);         // the pool is shared, the pile is not
/// for (String url : urls) {
///     pile.spawn(() -> fetchTitle(url));
/// }
/// for (String title : pile) {
///     System.out.println(title);
/// }
/// ```
///
/// Several piles may stand on one pool; each gives only its own results. The iteration ends when
/// nothing is outstanding, so spawn first. One that failed throws [TaskFailed] at its place, and
/// the iteration can go on. A [Timeout] during `next()` loses nothing. Thread-safe.
@SuppressWarnings("IterableAndIterator") // single-pass, and said so
public final class GreenPile<T extends @Nullable Object> implements Iterable<T>, Iterator<T> {
    private final GreenPool pool;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<GreenThread<T>> threads = new ArrayDeque<>(); // guarded by lock

    /// A pile on a pool of its own, of 1000.
    public GreenPile() {
        this(new GreenPool());
    }

    /// A pile on a pool of its own.
    public GreenPile(int size) {
        this(new GreenPool(size));
    }

    public GreenPile(GreenPool pool) {
        this.pool = pool;
    }

    /// Runs a body in the pool; blocks while the pool is full. If it ends by a timeout instead, the
    /// pile is as it was.
    public void spawn(Callable<? extends T> body) {
        GreenThread<T> thread = pool.spawn(body);
        Locks.call(lock, () -> threads.add(thread));
    }

    /// How many results have not been taken.
    public int outstanding() {
        return Locks.call(lock, threads::size);
    }

    /// Whether anything is outstanding; does not wait.
    @Override
    public boolean hasNext() {
        return outstanding() > 0;
    }

    /// Waits for the result of the one spawned first of those not taken.
    @Override
    public T next() {
        while (true) {
            var first = Locks.call(lock, threads::peek);
            if (first == null) {
                throw new NoSuchElementException("nothing is outstanding in this pile");
            }
            awaitEnd(first);
            boolean mine = Locks.call(lock, () -> threads.peek() == first && takeFirst());
            if (mine) {
                return first.await();
            }
        }
    }

    private boolean takeFirst() {
        return threads.poll() != null;
    }

    private static void awaitEnd(GreenThread<?> thread) {
        try {
            thread.await();
        } catch (TaskFailed e) {
            // it has ended; who takes it throws this
        }
    }

    /// This object: each result can be taken once.
    @Override
    public Iterator<T> iterator() {
        return this;
    }
}
