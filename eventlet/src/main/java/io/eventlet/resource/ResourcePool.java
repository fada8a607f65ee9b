// SPDX-License-Identifier: Apache-2.0
package io.eventlet.resource;

import io.eventlet.GreenThread;
import io.eventlet.LimitExpired;
import io.eventlet.Task;
import io.eventlet.ThrowingConsumer;
import io.eventlet.ThrowingFunction;
import io.eventlet.ThrowingSupplier;
import io.eventlet.Timeout;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.lang.Durations;
import io.eventlet.member.Draft;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Strand;
import io.eventlet.wait.UncaughtErrors;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/// Items that are dear to make and are lent to one thread at a time, such as connections.
///
/// ```java
/// var pool = ResourcePool.builder(() -> Eventlet.connect("db.example.org", 5432))
///         .max(10)
///         .maxIdle(Duration.ofMinutes(1))
///         .destroy(GreenSocket::close)
///         .open();
/// try (var connection = pool.item()) {        // waits while all ten are lent
///     connection.get().sendAll(query);
/// }
/// ```
///
/// Items are made when they are first needed, by the thread that needs them, and never more than
/// the limit: one that is being made or destroyed counts. Who waits is served in the order of the
/// calls. A thread that gives up waiting, or is killed, has taken nothing. What is given to the
/// builder is called without a lock, so it may wait for what it likes. Thread-safe, from green and
/// other threads.
///
/// @param <T> the items
/// @param <X> what making one may throw; `RuntimeException` if nothing checked
public sealed class ResourcePool<T, X extends Exception> implements AutoCloseable
        permits TokenPool {
    private final ThrowingSupplier<? extends T, ? extends X> create;
    private final ThrowingFunction<? super T, Boolean> check;
    private final ThrowingConsumer<? super T> destroy;
    private final @Nullable Duration maxAge; // null for no limit, as the next
    private final @Nullable Duration maxIdle;
    private final Entries<T> entries;
    private final Inheritance inheritance = Inheritance.named("resource pool"); // of its opener
    private final AtomicReference<@Nullable GreenThread<?>> sweeper = new AtomicReference<>();

    ResourcePool(Builder<T, X> how) {
        create = how.create;
        check = how.check;
        destroy = how.destroy;
        maxAge = how.maxAge;
        maxIdle = how.maxIdle;
        entries = new Entries<>("resource pool", how.max, how.lifo);
    }

    /// A pool of what a supplier makes, which may wait, and is called by several threads at once.
    public static <T, X extends Exception> Builder<T, X> builder(
            ThrowingSupplier<? extends T, ? extends X> create) {
        return new Builder<>(create);
    }

    /// How a pool is to be. What is not said has a default.
    public static final class Builder<T, X extends Exception> {
        private final ThrowingSupplier<? extends T, ? extends X> create;
        private ThrowingFunction<? super T, Boolean> check = _ -> true;
        private ThrowingConsumer<? super T> destroy = _ -> {};
        private int min;
        private int max = 4;
        private boolean lifo;
        private @Nullable Duration maxAge;
        private @Nullable Duration maxIdle;

        private Builder(ThrowingSupplier<? extends T, ? extends X> create) {
            this.create = Objects.requireNonNull(create);
        }

        /// How many items there may be at once. Default: 4.
        public Builder<T, X> max(int count) {
            max = count;
            return this;
        }

        /// How many items are made when the pool is opened. Default: 0.
        public Builder<T, X> min(int count) {
            min = count;
            return this;
        }

        /// Lend the item that was given back last, so that those that are not needed get old.
        /// Default: the one that has been idle longest, so that all are used in turn.
        public Builder<T, X> lifo() {
            lifo = true;
            return this;
        }

        /// How long after its making an item may be lent. Default: no limit; with zero each item is
        /// lent once.
        public Builder<T, X> maxAge(Duration age) {
            maxAge = Durations.ensureNotNegative(age, "the age of an item");
            return this;
        }

        /// How long an item may be idle: after that it is not lent, and after twice that it has
        /// been destroyed. Default: no limit; with zero an item is not kept.
        public Builder<T, X> maxIdle(Duration time) {
            maxIdle = Durations.ensureNotNegative(time, "the time an item may be idle");
            return this;
        }

        /// How to see whether an item is still good, before it is lent again: one that is not, or
        /// whose check throws, is destroyed, and another one made in its place.
        public Builder<T, X> check(ThrowingFunction<? super T, Boolean> isGood) {
            check = Objects.requireNonNull(isGood);
            return this;
        }

        /// What to do with an item that is not needed any more. What it throws is reported, as are
        /// the errors of [GreenThread#spawnN(Task)].
        public Builder<T, X> destroy(ThrowingConsumer<? super T> destroyer) {
            destroy = Objects.requireNonNull(destroyer);
            return this;
        }

        /// Opens the pool, and makes its first items on the calling thread; if that fails, it is
        /// thrown, and those that were made are destroyed.
        public ResourcePool<T, X> open() throws X {
            if (max < 0) {
                throw new IllegalArgumentException(
                        "the most items of a pool must not be negative: " + max);
            }
            if (min < 0 || min > max) {
                throw new IllegalArgumentException(
                        "a pool cannot begin with %d items of at most %d".formatted(min, max));
            }
            var pool = new ResourcePool<>(this);
            pool.fill(min);
            return pool;
        }
    }

    private void fill(int count) throws X {
        var made = new ArrayList<Lease<T>>();
        try {
            while (made.size() < count) {
                made.add(item());
            }
            made.forEach(Lease::close);
        } catch (Throwable e) {
            endAfter(e, this::close);
            made.forEach(lease -> endAfter(e, lease::close));
            throw e;
        }
    }

    /// Does what is to be done whatever comes of it.
    private static void endAfter(Throwable error, Runnable end) {
        try {
            end.run();
        } catch (Throwable next) {
            addSuppressed(error, next);
        }
    }

    /// What is thrown again and again, as a constant may be, does not suppress itself.
    private static void addSuppressed(Throwable error, Throwable next) {
        if (next != error) {
            error.addSuppressed(next);
        }
    }

    // ---- lending

    /// Lends an item until the lease is closed: an idle one, or one that is made now, or, if there
    /// are as many as there may be, the first that is given back; waits for that.
    ///
    /// Throws what making an item throws; that counts no more then. What ends the wait is thrown:
    /// the cause of a kill or a timeout, or [Cancelled] for an interrupt. Throws [PoolClosed] if
    /// the pool is closed before.
    public Lease<T> item() throws X {
        return lend(Objects.requireNonNull(entries.take(Waits.NEVER)));
    }

    /// As [#item()], but throws [LimitExpired] if nothing was given back within a limit. The making
    /// of an item is not limited; a [Timeout] limits all of it.
    public Lease<T> item(Duration limit) throws X {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        var entry = entries.take(Waits.deadlineAfter(limit));
        if (entry == null) {
            throw new LimitExpired("nothing was given back (" + this + ")", limit);
        }
        return lend(entry);
    }

    private Lease<T> lend(Entries.Entry<T> entry) throws X {
        try {
            if (entry.item != null && (isTooOld(entry) || !isGood(entry.item))) {
                destroy(entry);
            }
            if (entry.item == null) {
                entry.item = Objects.requireNonNull(create.get(), "what a pool makes");
                entry.oldAt = after(maxAge);
            }
            return new Lease<>(this, entry);
        } catch (Throwable e) {
            endAfter(e, () -> discard(entry));
            throw e;
        }
    }

    private boolean isGood(T item) {
        try {
            return check.apply(item);
        } catch (Throwable e) {
            passOnCancellation(e);
            if (e instanceof Error error && !(e instanceof Cancelled)) {
                throw error;
            }
            return false;
        }
    }

    /// Throws what the calling thread was cancelled with, if an error is, or hides, just that. The
    /// error of a timeout that was within what has failed is none.
    private static void passOnCancellation(Throwable error) {
        var cause = Interrupts.cause(error);
        var strand = Strand.current();
        if (cause.getClass() == Cancelled.class || (strand != null && strand.hasDelivered(cause))) {
            throw Waits.rethrow(cause);
        }
        if (Interrupts.areBehind(error)) { // of nobody that we know: it is for the next wait
            Thread.currentThread().interrupt();
        }
    }

    // ---- what becomes of items

    void giveBack(Entries.Entry<T> entry) {
        entry.idleUntil = after(maxIdle);
        if (isTooOld(entry) || !entries.keep(entry)) {
            discard(entry);
        } else {
            sweepLater();
        }
    }

    /// Destroys the item of an entry, if there is one, and gives up the entry, whatever comes of
    /// it.
    void discard(Entries.Entry<T> entry) {
        try {
            destroy(entry);
        } finally {
            entries.release(entry);
        }
    }

    private void destroy(Entries.Entry<T> entry) {
        T item = entry.item;
        if (item == null) {
            return;
        }
        entry.item = null;
        try {
            destroy.accept(item);
        } catch (Throwable e) {
            passOnCancellation(e);
            UncaughtErrors.report(Thread.currentThread(), e);
        }
    }

    private void discardAll(List<Entries.Entry<T>> entries) {
        Throwable first = null;
        for (var entry : entries) {
            try {
                discard(entry);
            } catch (Throwable e) {
                if (first == null) {
                    first = e;
                } else {
                    addSuppressed(first, e);
                }
            }
        }
        if (first != null) {
            throw Waits.rethrow(first);
        }
    }

    private static long after(@Nullable Duration time) {
        return time == null ? Waits.NEVER : Waits.deadlineAfter(time);
    }

    private static boolean isTooOld(Entries.Entry<?> entry) {
        return Waits.hasPassed(entry.oldAt) || Waits.hasPassed(entry.idleUntil);
    }

    // ---- getting rid of what is too old

    /// Has a green thread look after a while for what is too old by then. One is on its way as long
    /// as something is idle, so that a pool that nobody uses becomes empty, and then garbage.
    private void sweepLater() {
        var period = shorter(maxAge, maxIdle);
        var present = sweeper.get();
        if (period == null || (present != null && present.hub().isOpen())) {
            return;
        }
        var hub = Hub.current();
        Callable<@Nullable Void> work =
                () -> {
                    sweep();
                    return null;
                };
        try {
            var draft = Draft.detached(hub.isOpen() ? hub : Hub.main(), inheritance, work);
            var next = GreenThread.unstarted(draft);
            if (sweeper.compareAndSet(present, next)) {
                draft.member().startAfter(period);
            }
        } catch (IllegalStateException e) {
            // the hub is just being closed: what is too old is found when it would be lent
        }
    }

    private void sweep() {
        boolean ignored = sweeper.compareAndSet(GreenThread.current(), null); // or it is replaced
        var old = entries.takeIdle(ResourcePool::isTooOld);
        if (entries.idle() > 0) {
            sweepLater();
        }
        discardAll(old);
    }

    private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }

    // ---- the pool

    /// Changes how many items there may be. If it grows, who waits is let in; if it shrinks, idle
    /// items are destroyed on the calling thread, and lent ones when they are given back, until
    /// there are no more than that.
    public void resize(int max) {
        discardAll(entries.resize(max));
    }

    /// Closes the pool: who waits for an item gets [PoolClosed], and who comes later. Idle items
    /// are destroyed on the calling thread, lent ones when they are given back.
    @Override
    public void close() {
        var left = entries.close();
        var late = sweeper.getAndSet(null);
        if (late != null) {
            late.cancel();
        }
        discardAll(left);
    }

    /// How many items there may be.
    public int max() {
        return entries.max();
    }

    /// How many items there are: idle, lent, being made or destroyed.
    public int size() {
        return entries.size();
    }

    /// How many items are there to be lent.
    public int idle() {
        return entries.idle();
    }

    /// How many items can be lent at once without waiting, idle ones and those that would be made;
    /// negative after a resize to less than are lent.
    public int free() {
        return entries.free();
    }

    /// The threads that wait for an item.
    public int waiting() {
        return entries.waiting();
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
