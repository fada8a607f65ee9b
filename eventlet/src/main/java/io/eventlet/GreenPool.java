// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.WaitQueue;
import io.eventlet.hub.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// A limit on how many green threads run at once: spawning blocks while the pool is full.
///
/// ```java
/// var pool = new GreenPool(100);
/// for (byte[] body : pool.imap(url -> fetch(url), urls)) {
///     System.out.println("got body " + body.length);
/// }
/// ```
///
/// Whoever waits for room gets it in the order of the calls. A member of a full pool that spawns
/// into it runs the body itself, inline, so that nested use cannot deadlock. As an executor it is
/// one whose `submit` and `execute` block when it is full. Thread-safe.
public final class GreenPool extends AbstractExecutorService {
    static final int DEFAULT_SIZE = 1000;

    final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue spawners = new WaitQueue(lock, this);
    private final WaitQueue idlers = new WaitQueue(lock, this);
    private volatile int size; // written under lock
    private int running; // guarded by lock: members, and room given to who is about to start one
    private @Nullable GreenThread<?> members; // guarded by lock: the first of a list
    private boolean shutdown; // guarded by lock

    /// A pool of 1000.
    public GreenPool() {
        this(DEFAULT_SIZE);
    }

    /// A pool of the given size; with 0, spawning blocks until it is resized.
    public GreenPool(int size) {
        this.size = ensureSize(size);
    }

    private static int ensureSize(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("the size of a pool must not be negative: " + size);
        }
        return size;
    }

    // ---- spawning

    /// Runs a body in a green thread of the pool; blocks while the pool is full.
    public <T extends @Nullable Object> GreenThread<T> spawn(Callable<? extends T> body) {
        return spawn(body, false);
    }

    /// Runs a body without a result in a green thread of the pool; blocks while the pool is full.
    public GreenThread<@Nullable Void> spawn(Task body) {
        return spawn(Eventlet.callable(body), false);
    }

    /// As [#spawn(Task)] for a body whose outcome nobody wants: an error is reported at once.
    public GreenThread<@Nullable Void> spawnN(Task body) {
        return spawn(Eventlet.callable(body), true);
    }

    private <T extends @Nullable Object> GreenThread<T> spawn(
            Callable<? extends T> body, boolean detached) {
        boolean inline = !enter();
        if (inline) {
            var green = new GreenThread<T>(Hub.current(), null, body, detached, null);
            if (green.begin()) {
                green.run(body);
            }
            return green;
        }
        return startMember(body, detached);
    }

    /// Starts a member in room that has been made for it.
    private <T extends @Nullable Object> GreenThread<T> startMember(
            Callable<? extends T> body, boolean detached) {
        GreenThread<T> green = null;
        try {
            green = new GreenThread<T>(Hub.current(), null, body, detached, this);
            add(green);
            return green.start();
        } catch (Throwable e) { // the hub is closed
            if (green == null) {
                leave();
            } else {
                remove(green);
            }
            throw e;
        }
    }

    /// Takes room for a member, waiting for it; false if the caller, a member, must run it itself.
    private boolean enter() {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            if (shutdown) {
                throw new RejectedExecutionException(this + " has been shut down");
            }
            if (running < size && spawners.isEmpty()) {
                running++;
                return true;
            }
            if (isMember()) {
                return false;
            }
            waiter = spawners.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(Waits.NEVER);
    }

    /// Starts a member as soon as there is room, without waiting for it; the waiter that stands in
    /// the queue for it, or null if it has started.
    WaitQueue.@Nullable Waiter startWhenFree(GreenThread<?> green) {
        lock.lock();
        try {
            if (running < size && spawners.isEmpty()) {
                running++;
                add(green);
                green.start();
                return null;
            }
            return spawners.addAction(() -> {
                add(green);
                green.start();
            });
        } finally {
            lock.unlock();
        }
    }

    /// Whether the caller runs in this pool.
    boolean isMember() {
        var current = GreenThread.current();
        return current != null && current.pool == this;
    }

    private void add(GreenThread<?> member) {
        lock.lock();
        try {
            member.nextMember = members;
            if (members != null) {
                members.previousMember = member;
            }
            members = member;
        } finally {
            lock.unlock();
        }
    }

    /// Called when a member has ended.
    void remove(GreenThread<?> member) {
        lock.lock();
        try {
            if (member.previousMember == null) {
                if (members != member) {
                    return; // it never got room
                }
                members = member.nextMember;
            } else {
                member.previousMember.nextMember = member.nextMember;
            }
            if (member.nextMember != null) {
                member.nextMember.previousMember = member.previousMember;
            }
            member.previousMember = null;
            member.nextMember = null;
            leave();
        } finally {
            lock.unlock();
        }
    }

    /// Gives room back.
    private void leave() {
        lock.lock();
        try {
            running--;
            admit();
            if (running == 0 && spawners.isEmpty()) {
                idlers.wakeAll(null);
            }
        } finally {
            lock.unlock();
        }
    }

    private void admit() {
        while (running < size && !spawners.isEmpty()) {
            running++;
            boolean ignored = spawners.wake(null);
        }
    }

    // ---- what it does with many items

    /// Applies a function to each item at once, as far as the pool has room, and gives the results
    /// in the order of the items. See [Imap].
    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imap(
            ThrowingFunction<? super A, ? extends R> function, Iterable<? extends A> items) {
        return imap(function, items.iterator());
    }

    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imap(
            ThrowingFunction<? super A, ? extends R> function, Iterator<? extends A> items) {
        return new Imap<>(new Mapping<>(this, function, items, true));
    }

    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imap(
            ThrowingFunction<? super A, ? extends R> function, Stream<? extends A> items) {
        Imap<R> imap = imap(function, items.iterator());
        return imap.onClose(items::close);
    }

    /// As [#imap(ThrowingFunction, Iterable)] over pairs of two sources, until the shorter ends.
    public <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
            Imap<R> imap(
                    ThrowingBiFunction<? super A, ? super B, ? extends R> function,
                    Iterable<? extends A> first,
                    Iterable<? extends B> second) {
        return starmap(function, Pairs.of(first, second));
    }

    /// As [#imap(ThrowingFunction, Iterable)], with the results as they come.
    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imapUnordered(
            ThrowingFunction<? super A, ? extends R> function, Iterable<? extends A> items) {
        return imapUnordered(function, items.iterator());
    }

    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imapUnordered(
            ThrowingFunction<? super A, ? extends R> function, Iterator<? extends A> items) {
        return new Imap<>(new Mapping<>(this, function, items, false));
    }

    public <A extends @Nullable Object, R extends @Nullable Object> Imap<R> imapUnordered(
            ThrowingFunction<? super A, ? extends R> function, Stream<? extends A> items) {
        Imap<R> imap = imapUnordered(function, items.iterator());
        return imap.onClose(items::close);
    }

    /// As [#imap(ThrowingFunction, Iterable)] with pairs of arguments.
    public <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
            Imap<R> starmap(
                    ThrowingBiFunction<? super A, ? super B, ? extends R> function,
                    Iterable<? extends Map.Entry<? extends A, ? extends B>> items) {
        return imap(pair -> function.apply(pair.getKey(), pair.getValue()), items);
    }

    /// Applies a function to each item and waits for all; the first failure in the order of the
    /// items is thrown, and the rest is stopped.
    public <A extends @Nullable Object, R extends @Nullable Object> List<R> map(
            ThrowingFunction<? super A, ? extends R> function, Iterable<? extends A> items) {
        var results = new ArrayList<R>();
        try (Imap<R> imap = imap(function, items)) {
            for (R result : imap) {
                results.add(result);
            }
        }
        return results;
    }

    // ---- its size and its members

    /// Waits until no member is left and nobody waits to spawn one. A member must not call it.
    public void waitall() {
        boolean ignored = awaitIdle(Waits.NEVER);
    }

    /// As [#waitall()], for at most a time: false if there still were members.
    public boolean waitall(Duration limit) {
        return awaitIdle(
                Waits.deadlineAfter(Durations.ensureNotNegative(limit, "the limit of a wait")));
    }

    private boolean awaitIdle(long deadline) {
        if (isMember()) {
            throw new IllegalStateException(
                    GreenThread.current() + " is a member of the pool and would wait for itself");
        }
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            if (running == 0 && spawners.isEmpty()) {
                return true;
            }
            waiter = idlers.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline);
    }

    /// Changes the size. If it grows, who waits for room gets it; if it shrinks, members go on to
    /// their end, and [#free()] is negative until enough have.
    public void resize(int newSize) {
        ensureSize(newSize);
        lock.lock();
        try {
            size = newSize;
            admit();
        } finally {
            lock.unlock();
        }
    }

    /// How many may run at once.
    public int size() {
        return size;
    }

    /// How many run now.
    public int running() {
        return Locks.call(lock, () -> running);
    }

    /// How many more may run now; negative after a resize to less than run.
    public int free() {
        return Locks.call(lock, () -> size - running);
    }

    /// How many wait for room.
    public int waiting() {
        return Locks.call(lock, spawners::size);
    }

    /// Kills all members.
    public void kill() {
        for (var member : memberList()) {
            member.kill();
        }
    }

    private List<GreenThread<?>> memberList() {
        lock.lock();
        try {
            var list = new ArrayList<GreenThread<?>>();
            for (var member = members; member != null; member = member.nextMember) {
                list.add(member);
            }
            return list;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return Locks.call(
                lock,
                () ->
                        "pool of "
                                + size
                                + " with "
                                + running
                                + " running and "
                                + spawners.size()
                                + " waiting");
    }

    // ---- as an executor of java.util.concurrent

    /// Runs a command in the pool; blocks while the pool is full. An error is reported at once.
    @Override
    public void execute(Runnable command) {
        var ignored = spawnN(command::run);
    }

    /// As [#spawn(Callable)].
    @Override
    public <T extends @Nullable Object> GreenThread<T> submit(Callable<T> task) {
        return spawn(task);
    }

    /// As [#spawn(Task)].
    @Override
    public GreenThread<?> submit(Runnable task) {
        return spawn((Task) task::run);
    }

    @Override
    public <T extends @Nullable Object> GreenThread<T> submit(Runnable task, T result) {
        return spawn(() -> {
            task.run();
            return result;
        });
    }

    /// From now on spawning is rejected, for those who wait for room too once they get it.
    @Override
    public void shutdown() {
        lock.lock();
        try {
            shutdown = true;
        } finally {
            lock.unlock();
        }
    }

    /// As [#shutdown()], and kills the members. All have begun, or will see that they are killed.
    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        kill();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return Locks.call(lock, () -> shutdown);
    }

    @Override
    public boolean isTerminated() {
        return Locks.call(lock, () -> shutdown && running == 0 && spawners.isEmpty());
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            return awaitIdle(Waits.deadlineAfter(Math.max(0, unit.toNanos(timeout))))
                    && isShutdown();
        } catch (Cancelled e) {
            if (e.getClass() == Cancelled.class) {
                var interrupted = new InterruptedException(e.getMessage());
                interrupted.initCause(e);
                throw interrupted;
            }
            throw e;
        }
    }
}
