// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.hub.Inheritance;
import io.eventlet.lang.Durations;
import io.eventlet.member.Outcome;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Strand;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/// What is done with several green threads at once. See [GreenScope] for threads that are to end
/// with a block, and [Ready] for their ends one by one.
public final class GreenThreads {
    private GreenThreads() {}

    /// Makes green threads for code that takes a `ThreadFactory`, on the hub of the caller of this
    /// method, with names of the prefix and a number: `web-1`, `web-2`. They inherit no scoped
    /// values. An error of one goes to the handler of uncaught exceptions that it was given before
    /// its start, and is reported if there is none. Where the hub is closed the factory throws an
    /// `IllegalStateException`. See [GreenExecutor] for code that takes an executor.
    public static ThreadFactory factory(String prefix) {
        return factory(Hub.current(), prefix);
    }

    /// As [#factory(String)], on a hub.
    public static ThreadFactory factory(Hub hub, String prefix) {
        Objects.requireNonNull(hub);
        Objects.requireNonNull(prefix);
        var count = new AtomicLong();
        return body -> {
            Objects.requireNonNull(body);
            Task work = () -> runStartedByOthers(body);
            var name = Inheritance.onlyName(prefix + count.incrementAndGet());
            return new GreenThread<@Nullable Void>(hub, name, Body.callable(work), true).thread();
        };
    }

    private static void runStartedByOthers(Runnable body) {
        HubStrand.noteStarted();
        try {
            body.run();
        } catch (Cancelled e) {
            throw e;
        } catch (Throwable e) {
            var handler = Strand.current() instanceof HubStrand strand ? strand.given() : null;
            if (handler == null) {
                throw e;
            }
            handler.uncaughtException(Thread.currentThread(), e);
        }
    }

    /// Waits until all have ended, however they did: see [GreenThread#join()].
    public static void joinAll(Collection<? extends GreenThread<?>> threads) {
        threads.forEach(GreenThread::join);
    }

    /// As [#joinAll(Collection)], for at most a time: false if some have not ended then.
    public static boolean joinAll(Collection<? extends GreenThread<?>> threads, Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        return joinAll(threads, Waits.deadlineAfter(limit));
    }

    private static boolean joinAll(Collection<? extends GreenThread<?>> threads, long deadline) {
        boolean all = true;
        for (var thread : threads) {
            all &= thread.hasEnded(deadline, null);
        }
        return all;
    }

    /// The results of all, in the given order; waits for them. At the first that failed it throws
    /// [TaskFailed]; the others go on.
    public static <T extends @Nullable Object> List<T> awaitAll(
            Collection<? extends GreenThread<? extends T>> threads) {
        var results = new ArrayList<T>(threads.size());
        for (var thread : threads) {
            results.add(thread.await());
        }
        return results;
    }

    /// Kills all and waits until they have ended. One that catches its kill and goes on is waited
    /// for all the same. The caller may be among them: it is killed last, and the wait is over.
    public static void killAll(Collection<? extends GreenThread<?>> threads) {
        boolean ignored = killAll(threads, Waits.NEVER);
    }

    /// As [#killAll(Collection)], waiting at most a time: false if some have not ended then.
    public static boolean killAll(Collection<? extends GreenThread<?>> threads, Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        return killAll(threads, Waits.deadlineAfter(limit));
    }

    private static boolean killAll(Collection<? extends GreenThread<?>> threads, long deadline) {
        var caller = GreenThread.current();
        var others = threads.stream().filter(thread -> thread != caller).toList();
        others.forEach(GreenThread::kill);
        boolean all = joinAll(others, deadline);
        if (caller != null && others.size() < threads.size()) {
            caller.kill(); // does not return
        }
        return all;
    }

    /// Runs bodies in a green thread each: the result of the first that succeeds. The others are
    /// killed, and have ended when this returns. If all fail it throws [TaskFailed] with the error
    /// of the last, the others suppressed by that.
    @SuppressWarnings({"unchecked", "NullAway"}) // what a body of T has returned
    public static <T extends @Nullable Object> T race(
            Collection<? extends Callable<? extends T>> bodies) {
        if (bodies.isEmpty()) {
            throw new IllegalArgumentException("a race needs a body, and was given none");
        }
        return GreenScope.call(scope -> {
            var racers = new ArrayList<GreenThread<Outcome>>();
            for (var body : bodies) {
                racers.add(scope.spawn(() -> outcome(body)));
            }
            var winner = firstSuccess(racers);
            scope.killMembers();
            return (T) winner.value();
        });
    }

    /// How a body ends, without its error being that of the thread, which would end the scope.
    private static Outcome outcome(Callable<?> body) {
        try {
            return Outcome.Value.of(body.call());
        } catch (Throwable e) {
            return new Outcome.Failure(Interrupts.cause(e), Thread.currentThread());
        }
    }

    private static Outcome.Value firstSuccess(List<GreenThread<Outcome>> racers) {
        var errors = Collections.<Throwable>newSetFromMap(new IdentityHashMap<>());
        Throwable last = null;
        for (var racer : Ready.of(racers)) {
            switch (racer.await()) {
                case Outcome.Value value -> {
                    return value;
                }
                case Outcome.Failure failure -> {
                    last = failure.error();
                    errors.add(last);
                }
            }
        }
        var cause = Objects.requireNonNull(last);
        errors.stream().filter(error -> error != cause).forEach(cause::addSuppressed);
        throw new TaskFailed("all %d of a race failed".formatted(racers.size()), cause);
    }

    /// As [#race(Collection)].
    @SafeVarargs
    @SuppressWarnings("varargs") // which are only read
    public static <T extends @Nullable Object> T race(Callable<? extends T>... bodies) {
        return race(List.of(bodies));
    }
}
