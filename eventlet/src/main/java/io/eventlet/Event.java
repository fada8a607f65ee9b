// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.lang.Durations;
import io.eventlet.lang.Locks;
import io.eventlet.wait.ReadySource;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// One piece of news, a value or an error, that any number of threads wait for.
///
/// ```java
/// var ready = new Event<InetSocketAddress>();
/// Eventlet.spawn(() -> ready.send(startServer()));
/// connect(ready.await());
/// ```
///
/// It is sent once: all who wait get it, in the order in which they came, and so do those who ask
/// later. Sending neither waits nor yields. [#reset()] makes the event new for the next sending;
/// who was waiting when it was sent has what was sent all the same. Thread-safe, from green and
/// other threads.
@SuppressWarnings("exports") // what waits for it is nobody's business
public final class Event<T extends @Nullable Object> extends ReadySource implements Waitable {
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue waiters = new WaitQueue(lock, this);
    private volatile @Nullable News news; // written under lock

    private record News(@Nullable Object value, @Nullable Throwable error) {}

    public Event() {}

    // ---- sending

    /// Sends a value, which may be null; throws `IllegalStateException` if something was sent and
    /// the event was not [reset][#reset()] since.
    public void send(T value) {
        ensureFirst(tell(new News(value, null)));
    }

    /// Sends an error, as [#send(Object)] does a value: each `await()` throws [TaskFailed] with it
    /// as the cause.
    public void sendError(Throwable error) {
        ensureFirst(tell(new News(null, Objects.requireNonNull(error))));
    }

    /// Sends a value unless something was sent: whether it did.
    public boolean trySend(T value) {
        return tell(new News(value, null));
    }

    private boolean tell(News first) {
        lock.lock();
        try {
            if (news != null) {
                return false;
            }
            news = first;
            waiters.wakeAll(first);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void ensureFirst(boolean isFirst) {
        if (!isFirst) {
            throw new IllegalStateException("cannot send to an " + this + ": reset() comes first");
        }
    }

    /// Forgets what was sent, so that the event can be sent again; throws `IllegalStateException`
    /// if nothing was.
    public void reset() {
        lock.lock();
        try {
            if (news == null) {
                throw new IllegalStateException("cannot reset an " + this);
            }
            news = null;
        } finally {
            lock.unlock();
        }
    }

    // ---- receiving

    /// The value that was sent; waits until one is. Throws [TaskFailed] if it was an error. What
    /// ends the wait is thrown: the cause of a kill or a timeout, or [io.eventlet.errors.Cancelled]
    /// for an interrupt.
    public T await() {
        return result(newsBy(Waits.NEVER));
    }

    /// As [#await()], for at most a time; throws [LimitExpired] after that.
    public T await(Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        var sent = newsBy(Waits.deadlineAfter(limit));
        if (sent == null) {
            throw new LimitExpired("nothing was sent to an event", limit);
        }
        return result(sent);
    }

    /// As [#await()] if something was sent, else what is given here; never waits.
    public T poll(T notReady) {
        var sent = news;
        return sent == null ? notReady : result(sent);
    }

    /// Its sending, as a clause of a [Select]: the value, made into something. An error that was
    /// sent is thrown as by [#await()].
    public <R extends @Nullable Object> Clause<R> onSend(Function<? super T, ? extends R> then) {
        Objects.requireNonNull(then);
        return new LockedClause<>(
                lock,
                waiters,
                null,
                this::isReady,
                () -> news,
                sent -> then.apply(result((News) sent)));
    }

    @Override
    protected WaitQueue.@Nullable Waiter whenReady(Runnable action) {
        return Locks.call(lock, () -> news == null ? waiters.addAction(action) : null);
    }

    private @Nullable News newsBy(long deadline) {
        var sent = news;
        if (sent != null) {
            return sent;
        }
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            sent = news;
            if (sent != null) {
                return sent;
            }
            waiter = waiters.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline) ? (News) waiter.item() : null;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null only where T allows it
    private T result(@Nullable News sent) {
        var error = Objects.requireNonNull(sent).error;
        if (error != null) {
            throw new TaskFailed("an error was sent", error);
        }
        return (T) sent.value;
    }

    // ---- what it is

    /// Whether something was sent.
    public boolean isReady() {
        return news != null;
    }

    /// Whether a value was sent.
    public boolean hasResult() {
        var sent = news;
        return sent != null && sent.error == null;
    }

    /// Whether an error was sent.
    public boolean hasError() {
        var sent = news;
        return sent != null && sent.error != null;
    }

    /// The threads that wait now.
    public int waiting() {
        return Locks.call(lock, waiters::size);
    }

    @Override
    public String toString() {
        var sent = news;
        if (sent == null) {
            return "event that was not sent, %d waiting".formatted(waiting());
        }
        return sent.error == null ? "event that has a value" : "event that has an error";
    }
}
