// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.lang.Locks;
import io.eventlet.wait.Cancellation;
import io.eventlet.wait.Held;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Strand;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;

/// A block that its green threads do not outlive.
///
/// ```java
/// Page page = GreenScope.call(scope -> {
///     var user = scope.spawn(() -> findUser(id));
///     var orders = scope.spawn(() -> findOrders(id));
///     return new Page(user.await(), orders.await());
/// });
/// ```
///
/// The block ends when its body and all threads have ended. When one of them fails, the others are
/// killed, the body's wait is ended, and the block throws [TaskFailed] with that first error; when
/// the body throws, or its caller is killed, the threads are killed, and that is thrown. A thread
/// that somebody kills has not failed, unless with an error of their own. Threads may spawn more.
/// Thread-safe.
public final class GreenScope {
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue joiners = new WaitQueue(lock, new Joining());
    private final Set<GreenThread<?>> members = new LinkedHashSet<>(); // guarded by lock
    private final Queue<GreenThread<?>> victims = new ArrayDeque<>(0); // guarded by lock
    private final Cancellation ofBody;
    private @Nullable Throwable failure; // the first; guarded by lock
    private boolean ending; // guarded by lock: who comes now is not begun
    private boolean ended; // guarded by lock

    /// What a block does.
    @FunctionalInterface
    public interface Block<T extends @Nullable Object, X extends Exception> {
        T run(GreenScope scope) throws X;
    }

    /// What a block without a result does.
    @FunctionalInterface
    public interface Action<X extends Exception> {
        void run(GreenScope scope) throws X;
    }

    private GreenScope() {
        ofBody = Cancellation.limit(Strand.ofCurrentThread(), this::failed);
    }

    /// Runs a body, and waits for what it has spawned: its result.
    public static <T extends @Nullable Object, X extends Exception> T call(
            Block<? extends T, X> body) throws X {
        var scope = new GreenScope();
        T result;
        try {
            result = body.run(scope);
            scope.join();
        } catch (Throwable e) {
            throw GreenScope.<X>rethrow(scope.endAfter(Interrupts.cause(e)));
        }
        boolean ignored = scope.ofBody.withdraw();
        return result;
    }

    /// Runs a body, and waits for what it has spawned.
    public static <X extends Exception> void run(Action<X> body) throws X {
        var ignored =
                GreenScope.<@Nullable Void, X>call(scope -> {
                    body.run(scope);
                    return null;
                });
    }

    // ---- its threads

    /// Runs a task in a green thread of the hub of the caller, who may be any thread. Once a thread
    /// has failed or the body has thrown it is not begun any more, but cancelled; when the block
    /// has ended this throws `IllegalStateException`.
    public <T extends @Nullable Object> GreenThread<T> spawn(Callable<? extends T> task) {
        var member = new GreenThread<T>(Hub.current(), Inheritance.ofCaller(), task, false);
        member.link(this::remove);
        if (!add(member)) {
            boolean ignored = member.cancel();
            return member;
        }
        try {
            return member.start();
        } catch (Throwable e) { // it would never end
            boolean ignored = member.cancel();
            throw e;
        }
    }

    /// As [#spawn(Callable)], without a result.
    public GreenThread<@Nullable Void> spawn(Task task) {
        return spawn(Body.callable(task));
    }

    private boolean add(GreenThread<?> member) {
        lock.lock();
        try {
            if (ended) {
                throw new IllegalStateException("nothing can be spawned: the scope has ended");
            }
            return !ending && members.add(member);
        } finally {
            lock.unlock();
        }
    }

    /// Called when a member has ended, on its thread.
    private void remove(GreenThread<?> member) {
        var error = member.isCancelled() ? null : member.failure();
        lock.lock();
        try {
            members.remove(member);
            if (members.isEmpty()) {
                joiners.wakeAll(null);
            }
            if (error == null) {
                return;
            }
            if (failure != null) {
                addSuppressed(failure, error);
                return;
            }
            failure = error;
            end();
        } finally {
            lock.unlock();
        }
        boolean ignored = ofBody.fire();
        killMembers();
    }

    /// Has no more begin, and kills those that there are: each once, whoever calls this how often,
    /// so that no second kill ends the clean-up after the first.
    void killMembers() {
        var victim = nextVictim();
        while (victim != null) {
            victim.kill();
            victim = nextVictim();
        }
    }

    /// Under the lock.
    private void end() {
        if (!ending) {
            ending = true;
            victims.addAll(members);
        }
    }

    private @Nullable GreenThread<?> nextVictim() {
        lock.lock();
        try {
            end();
            return victims.poll();
        } finally {
            lock.unlock();
        }
    }

    // ---- its end

    /// Waits until no member is left, and ends the scope; throws if one has failed.
    private void join() {
        while (!tryEnd()) {
            WaitQueue.Waiter waiter =
                    Locks.call(lock, () -> members.isEmpty() ? null : joiners.add(null));
            if (waiter != null) {
                boolean ignored = waiter.await(Waits.NEVER);
            }
        }
        if (failure != null) {
            throw failed();
        }
    }

    private boolean tryEnd() {
        lock.lock();
        try {
            if (members.isEmpty()) {
                ended = true;
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /// Kills the members and waits until they have ended, whatever comes: what is to be thrown
    /// then. A kill goes before a timeout, and both before what else was thrown: who waits for them
    /// must not miss them.
    private Throwable endAfter(Throwable thrown) {
        killMembers();
        var first = thrown;
        boolean hasEnded = false;
        while (!hasEnded) {
            try {
                join();
                hasEnded = true;
            } catch (Throwable e) { // it was killed again, or a timeout has passed, or a failure
                hasEnded = ended;
                if (rank(e) > rank(first)) {
                    addSuppressed(e, first);
                    first = e;
                } else {
                    addSuppressed(first, e);
                }
            }
        }
        boolean ignored = ofBody.withdraw();
        return first;
    }

    private static int rank(Throwable error) {
        var strand = Strand.ofCurrentThread();
        if (strand.hasDeliveredEnd(error)
                || (error instanceof Cancelled && !(error instanceof TimeoutExpired))) {
            return 2;
        }
        return strand.hasDelivered(error) && !(error instanceof TaskFailed) ? 1 : 0;
    }

    private TaskFailed failed() {
        return new TaskFailed(
                "a thread of the scope failed",
                Locks.call(lock, () -> Objects.requireNonNull(failure)));
    }

    private static void addSuppressed(Throwable error, Throwable another) {
        var known = error instanceof TaskFailed ? error.getCause() : error;
        var next = another instanceof TaskFailed ? another.getCause() : another;
        if (known != next && next != null) {
            error.addSuppressed(next);
        }
    }

    @SuppressWarnings("unchecked") // the body throws X, or what is unchecked
    private static <X extends Exception> Error rethrow(Throwable error) throws X {
        if (error instanceof Error e) {
            throw e;
        }
        throw (X) error;
    }

    @Override
    public String toString() {
        return "scope with %d threads".formatted(Locks.call(lock, members::size));
    }

    /// The end of the scope, for which its body waits.
    private final class Joining implements Held {
        @Override
        public Collection<Thread> holders() {
            return Locks.call(lock, () -> members.stream().map(GreenThread::thread).toList());
        }

        @Override
        public boolean isEndedByHoldersOnly() {
            return true;
        }

        @Override
        public String toString() {
            return GreenScope.this.toString();
        }
    }
}
