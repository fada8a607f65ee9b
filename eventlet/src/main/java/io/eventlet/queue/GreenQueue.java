// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.Clause;
import io.eventlet.Select;
import io.eventlet.Waitable;
import io.eventlet.wait.ReadySource;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import java.util.function.Supplier;

/// A queue of items that threads put into and get from: first in, first out, or last in, first out,
/// or the least first.
///
/// ```java
/// var jobs = GreenQueue.<String>bounded(100);
/// Eventlet.spawn(() -> {
///     for (String job : jobs) {           // until it is closed and empty
///         fetch(job);
///         jobs.taskDone();
///     }
/// });
/// jobs.put("https://example.org/");       // blocks while there are 100
/// jobs.join();                            // until all are done
/// jobs.close();
/// ```
///
/// Threads that wait are served in the order in which they came, whatever the order of the items.
/// One that gives up, or is killed, has neither taken an item nor left one. Null is no item.
/// Thread-safe, from green and other threads; what [#size()] and the like say may have changed when
/// they have said it.
///
/// Once it is closed, putting throws [QueueClosed], and so does getting as soon as nothing is left.
@SuppressWarnings("exports") // what waits for it is nobody's business
public final class GreenQueue<T> extends ReadySource
        implements Iterable<T>, Waitable, AutoCloseable {
    private final Handover<T> inside;

    private GreenQueue(Store<T> store, int capacity) {
        inside = new Handover<>(this, store, capacity);
    }

    /// A queue without a limit: putting never blocks.
    public static <T> GreenQueue<T> unbounded() {
        return bounded(QueueState.UNBOUNDED);
    }

    /// A queue without a limit that holds some items at the beginning, all to be done.
    public static <T> GreenQueue<T> unbounded(Collection<? extends T> items) {
        var queue = GreenQueue.<T>unbounded();
        for (T item : items) {
            queue.put(item);
        }
        return queue;
    }

    /// A queue of at most so many items; 0 for one where putter and getter meet.
    public static <T> GreenQueue<T> bounded(int capacity) {
        return new GreenQueue<>(DequeStore.oldestFirst(), capacity);
    }

    /// A queue that holds nothing: a put ends when a get has taken the item, and on one hub the
    /// thread that has taken it goes on first.
    public static <T> GreenQueue<T> rendezvous() {
        return bounded(0);
    }

    /// A queue without a limit whose last item is got first.
    public static <T> GreenQueue<T> lifo() {
        return lifo(QueueState.UNBOUNDED);
    }

    /// A queue of at most so many items whose last is got first.
    public static <T> GreenQueue<T> lifo(int capacity) {
        return new GreenQueue<>(DequeStore.newestFirst(), capacity);
    }

    /// A queue without a limit whose least item is got first; of equal ones that which came first.
    public static <T> GreenQueue<T> priority(Comparator<? super T> order) {
        return priority(order, QueueState.UNBOUNDED);
    }

    /// A queue of at most so many items whose least is got first; of equal ones that which came
    /// first. What waits to be put is in no order yet.
    ///
    /// The order is asked under the queue's lock and must not wait. What it throws comes out of the
    /// put, whose item is not in the queue then.
    public static <T> GreenQueue<T> priority(Comparator<? super T> order, int capacity) {
        Objects.requireNonNull(order);
        return new GreenQueue<>(new PriorityStore<>(order), capacity);
    }

    // ---- putting

    /// Puts an item; blocks while the queue is full. Throws [QueueClosed] if it is closed, before
    /// or meanwhile.
    public void put(T item) {
        boolean ignored = inside.put(item, Waits.NEVER);
    }

    /// Puts an item; throws [QueueFull] if there is no room within a limit.
    public void put(T item, Duration limit) {
        if (!inside.put(item, deadline(limit))) {
            throw new QueueFull("no room for " + item + " within " + limit + " in " + this);
        }
    }

    /// Puts an item if there is room or somebody waits for it; never blocks.
    public boolean tryPut(T item) {
        return inside.tryPut(item);
    }

    // ---- getting

    /// Takes the first item; blocks while there is none. Throws [QueueClosed] if the queue is
    /// closed, before or meanwhile, and nothing is left.
    public T get() {
        return Objects.requireNonNull(inside.get(Waits.NEVER));
    }

    /// Takes the first item; throws [QueueEmpty] if there is none within a limit.
    public T get(Duration limit) {
        return ensureItem(inside.get(deadline(limit)), limit);
    }

    /// Takes the first item, also from somebody who waits to put it; null if there is none. Never
    /// blocks.
    public @Nullable T tryGet() {
        return inside.tryGet();
    }

    /// Takes the items one after the other and waits for each: for one thread, which comes to the
    /// end when the queue is closed and nothing is left. Any number of threads may do so.
    @Override
    public Iterator<T> iterator() {
        return new UntilClosed<>(inside);
    }

    // ---- looking at the first

    /// The first item, which stays; blocks while there is none. Who waits here sees the next item,
    /// even if it goes straight to somebody who waits to get it. Throws as [#get()].
    public T peek() {
        return Objects.requireNonNull(inside.peek(Waits.NEVER));
    }

    /// The first item, which stays; throws [QueueEmpty] if there is none within a limit.
    public T peek(Duration limit) {
        return ensureItem(inside.peek(deadline(limit)), limit);
    }

    /// The first item, also of somebody who waits to put it; null if there is none. Never blocks.
    public @Nullable T tryPeek() {
        return inside.tryPeek();
    }

    private T ensureItem(@Nullable T item, Duration limit) {
        if (item == null) {
            throw new QueueEmpty("no item within " + limit + " in " + this);
        }
        return item;
    }

    private static long deadline(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("the limit must not be negative: " + limit);
        }
        return Waits.deadlineAfter(limit);
    }

    // ---- as one of several things to do

    /// Getting, as a clause of a [Select]: the item, made into something. Throws [QueueClosed] if
    /// the queue is closed and nothing is left.
    public <R extends @Nullable Object> Clause<R> onGet(Function<? super T, ? extends R> then) {
        return new GetClause<>(inside, then, null);
    }

    /// As [#onGet(Function)], with something else to do if the queue is closed and nothing is left.
    public <R extends @Nullable Object> Clause<R> onGet(
            Function<? super T, ? extends R> then, Supplier<? extends R> whenClosed) {
        return new GetClause<>(inside, then, Objects.requireNonNull(whenClosed));
    }

    /// Putting an item, as a clause of a [Select]. Throws [QueueClosed] if the queue is closed.
    /// While the select waits, others may peek at the item.
    public <R extends @Nullable Object> Clause<R> onPut(T item, Supplier<? extends R> then) {
        return new PutClause<>(inside, item, then);
    }

    /// Has an action run when there is an item that nobody waits for, or the queue is closed; it
    /// takes nothing.
    @Override
    protected WaitQueue.@Nullable Waiter whenReady(Runnable action) {
        return inside.whenReady(action);
    }

    // ---- work that items stand for

    /// Tells that the work for an item that was taken is done.
    public void taskDone() {
        inside.taskDone();
    }

    /// Waits until [#taskDone()] has been called for every item that was put, or [#closeNow()] has
    /// dropped it.
    public void join() {
        boolean ignored = inside.join(Waits.NEVER);
    }

    /// As [#join()], for at most a time: false if some were unfinished then.
    public boolean join(Duration limit) {
        return inside.join(deadline(limit));
    }

    /// How many items were put, or taken from who waits to put them, and are not done.
    public int unfinishedTasks() {
        return inside.state().unfinished();
    }

    // ---- limit and end

    /// Sets how many it may hold. More room lets in who waits to put; when there is less than it
    /// holds, the items stay, and putting blocks until enough are taken.
    public void resize(int capacity) {
        inside.resize(capacity);
    }

    /// Lets nothing more in: whoever waits to put, get or peek is told by a [QueueClosed]. What is
    /// left can be got, and [#join()] waits for it as before. A second time it does nothing.
    @Override
    public void close() {
        inside.close();
    }

    /// Closes it and drops what is left, which counts as done: [#join()] waits only for what was
    /// taken before. The dropped items, for who has to release what they stand for.
    public List<T> closeNow() {
        return inside.closeNow();
    }

    public boolean isClosed() {
        return inside.state().isClosed();
    }

    // ---- what it holds

    /// The items in it.
    public int size() {
        return inside.state().size();
    }

    /// How many it may hold; `Integer.MAX_VALUE` for no limit.
    public int capacity() {
        return inside.state().capacity();
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /// Whether a put would have to wait for a get; a rendezvous is always full, and always empty.
    public boolean isFull() {
        return inside.state().isFull();
    }

    /// The threads that wait to put.
    public int putting() {
        return inside.state().putting();
    }

    /// The threads that wait to get.
    public int getting() {
        return inside.state().getting();
    }

    /// The threads that wait to peek.
    public int peeking() {
        return inside.state().peeking();
    }

    /// The same queue for code that knows those of `java.util.concurrent`.
    ///
    /// A plain interrupt ends its waits with an `InterruptedException`, a kill or a timeout with
    /// its cause. What it takes is to be done as what [#get()] takes; what its `clear`, its
    /// iterators and `remove` of a given item take out counts as done. When the queue is closed,
    /// `put`, `take`, the timed `offer` and `poll`, and `add` throw [QueueClosed], while `offer`,
    /// `poll` and `peek` find it full or empty.
    public BlockingQueue<T> asBlockingQueue() {
        return new GreenBlockingQueue<>(inside);
    }

    @Override
    public String toString() {
        return inside.state().toString();
    }
}
