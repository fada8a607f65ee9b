// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import io.eventlet.ThrowingRunnable;
import io.eventlet.ThrowingSupplier;
import io.eventlet.lang.Durations;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/// A bounded set of platform threads for what would keep a hub: native calls, files, long
/// computations. Only the calling thread waits.
///
/// ```java
/// var files = Offload.named("files", 8);
/// String text = files.call(() -> Files.readString(path));     // throws IOException, as that does
/// ```
///
/// - Tasks begin in the order of the calls. A call that is ended, by a kill or a timeout, takes its
///   task out of the queue; one that runs goes on for nobody, and keeps its thread until it ends.
/// - What a task throws is thrown by the call, be it what it may, with a suppressed note of where
///   the call was made. What nobody can be told any more is reported.
/// - A call from a task of the same pool, or from a task that such a one waits for, runs where it
///   is.
/// - A task has neither the scoped values nor the thread-local ones of its caller, and what it
///   spawns runs on the main hub.
/// - Threads are daemons, made when they are needed, and end when they have been idle.
///
/// Thread-safe, from green and other threads.
public final class Offload implements AutoCloseable {
    static final String SIZE_PROPERTY = "eventlet.offload.size";
    private static final int DEFAULT_SIZE = 20;
    private static final AtomicReference<@Nullable Offload> SHARED = new AtomicReference<>();

    private final Workers workers;
    private final boolean shared;

    private Offload(Builder how, boolean shared) {
        workers = new Workers(how.name, how.threads, how.maxWaiting, how.idle, how.interrupting);
        this.shared = shared;
    }

    /// A pool with a name, for dumps and statistics, and at most so many threads.
    public static Offload named(String name, int threads) {
        return builder(name).threads(threads).open();
    }

    /// The pool that everybody has, of 20 threads or as many as the system property
    /// `eventlet.offload.size` says. Throws `IllegalArgumentException` if that is no such number.
    public static Offload shared() {
        var pool = SHARED.get();
        if (pool == null) {
            int size = size(System.getProperty(SIZE_PROPERTY));
            var made = new Offload(builder("offload").threads(size), true); // has no threads yet
            var first = SHARED.compareAndExchange(null, made);
            pool = first == null ? made : first;
        }
        return pool;
    }

    /// What the property says.
    static int size(@Nullable String asked) {
        if (asked == null) {
            return DEFAULT_SIZE;
        }
        try {
            return Workers.ensureSize(Integer.parseInt(asked));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "-D%s=%s: expected a number of threads, 1 or more"
                            .formatted(SIZE_PROPERTY, asked),
                    e);
        }
    }

    /// A pool of which more is to be said.
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /// How a pool is to be. What is not said has a default.
    public static final class Builder {
        private final String name;
        private int threads = DEFAULT_SIZE;
        private int maxWaiting = Integer.MAX_VALUE;
        private Duration idle = Duration.ofSeconds(60);
        private boolean interrupting;

        private Builder(String name) {
            this.name = Objects.requireNonNull(name);
        }

        /// How many threads it may have. Default: 20.
        public Builder threads(int count) {
            threads = Workers.ensureSize(count);
            return this;
        }

        /// How many tasks may wait for a thread: a call beyond that throws [OffloadFull] at once.
        /// Default: as many as there are callers.
        public Builder maxWaiting(int count) {
            if (count < 0) {
                throw new IllegalArgumentException(
                        "the tasks that may wait must not be negative: " + count);
            }
            maxWaiting = count;
            return this;
        }

        /// How long a thread may be idle before it ends. Default: a minute.
        public Builder idle(Duration time) {
            idle = Durations.ensureNotNegative(time, "the time a thread may be idle");
            return this;
        }

        /// Interrupt the thread of a task whose call was ended. Default: let the task run, since an
        /// interrupt closes a `FileChannel` that others use too, and may come halfway through
        /// something.
        public Builder interruptAbandoned() {
            interrupting = true;
            return this;
        }

        public Offload open() {
            return new Offload(this, false);
        }
    }

    // ---- calling

    /// Runs a task on a thread of the pool and waits for its result.
    ///
    /// Throws what the task throws, or [OffloadFull] if the pool takes no more, or
    /// `RejectedExecutionException` if it has been closed. What ends the wait is thrown: the cause
    /// of a kill or a timeout, or [io.eventlet.errors.Cancelled] for an interrupt.
    public <T extends @Nullable Object, X extends Exception> T call(
            ThrowingSupplier<? extends T, ? extends X> task) throws X {
        Objects.requireNonNull(task);
        if (isWithin()) {
            return task.get();
        }
        Waits.ensureNotCancelled();
        OffloadTask<T> moved = workers.submit(task);
        moved.await();
        return moved.<X>result();
    }

    /// As [#call(ThrowingSupplier)], without a result.
    public <X extends Exception> void run(ThrowingRunnable<? extends X> task) throws X {
        Objects.requireNonNull(task);
        var ignored =
                this.<@Nullable Object, X>call(() -> {
                    task.run();
                    return null;
                });
    }

    private boolean isWithin() {
        var task = Worker.currentTask();
        return task != null && task.isWithin(workers);
    }

    /// An object whose methods run on threads of the pool, each call as by
    /// [#call(ThrowingSupplier)].
    ///
    /// A result that is an instance of one of the given interfaces, and is not returned as
    /// something else, is wrapped in the same way, as the first of them that fits. So are those in
    /// an array, a collection, a map, an entry or an `Optional`, of which a copy is returned then,
    /// and nested ones; and what an `Iterator`, an `Iterable`, an `Enumeration` or a `Stream` gives
    /// that is returned as such, each step of which is a call. The object itself as a result is
    /// this one.
    ///
    /// What is wrapped and passed in again is the object itself, also in an array, a collection and
    /// so on. What else is passed in, such as a callback, is called on the thread of the pool.
    ///
    /// `equals`, `hashCode` and `toString` are called directly; two such objects are equal if what
    /// is behind them is.
    ///
    /// @param type an interface that this library can call: public, and exported if in a module
    /// @param results interfaces of results that are to be wrapped
    public <T> T proxy(Class<T> type, T target, Class<?>... results) {
        return OffloadProxy.of(this, type, target, results);
    }

    // ---- the pool

    /// Changes how many threads there may be. If it grows, what waits is begun; if it shrinks,
    /// threads end when they have done their task.
    public void resize(int threads) {
        workers.resize(threads);
    }

    /// Refuses new tasks, and waits until those it has, waiting ones too, have ended and their
    /// callers been told. What ends the wait is thrown; the pool is closed all the same.
    ///
    /// A task of the pool must not call it, nor anybody that of the shared pool:
    /// `IllegalStateException`.
    @Override
    public void close() {
        boolean ignored = close(Waits.NEVER);
    }

    /// As [#close()], for at most a time: false if some had not ended.
    public boolean close(Duration limit) {
        return close(
                Waits.deadlineAfter(Durations.ensureNotNegative(limit, "the limit of a wait")));
    }

    private boolean close(long deadline) {
        if (shared) {
            throw new IllegalStateException("the shared offload is everybody's: it is not closed");
        }
        if (isWithin()) {
            throw new IllegalStateException(
                    Thread.currentThread() + " runs a task of the offload and would wait for it");
        }
        return workers.close(deadline);
    }

    /// Whether it takes no more tasks.
    public boolean isClosed() {
        return workers.isClosed();
    }

    public String name() {
        return workers.name();
    }

    /// What it has done so far and has at hand.
    public OffloadStatistics statistics() {
        return workers.statistics();
    }

    @Override
    public String toString() {
        return statistics().toString();
    }
}
