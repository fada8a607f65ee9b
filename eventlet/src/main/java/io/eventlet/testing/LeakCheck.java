// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.CappedSemaphore;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.hub.Holding;
import io.eventlet.hub.HubStrand;
import io.eventlet.lang.Origin;
import io.eventlet.poll.OpenSockets;
import io.eventlet.resource.ResourcePool;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/// Fails when something is left over that was not there before: green threads, timers, sockets,
/// open hubs, and what was taken from semaphores and pools that it is told of.
///
/// ```java
/// try (var check = LeakCheck.begin()) {
///     check.watch(semaphore);
///     exercise(semaphore);
/// } // AssertionError: left over: green thread #41 'worker' on hub 'main' ...
/// ```
///
/// `NoLeaks` in the artifact `eventlet-testing` does so around each test of JUnit. It looks at all
/// open hubs, so tests that run at the same time disturb each other. Sockets are those of this
/// library, in both modes, that were opened meanwhile and are not closed; those in memory do not
/// count. Thread-safe.
public final class LeakCheck implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1); // for a hub to answer

    /// Something that threads take from and give back to.
    private record Watched(Object what, IntSupplier taken, int before) {}

    private final OpenSockets sockets;
    private final Set<Holding> before;
    private final List<Watched> watched = new ArrayList<>(); // guarded by this
    private volatile Duration grace = GRACE;

    private LeakCheck(OpenSockets sockets, Set<Holding> before) {
        this.sockets = sockets;
        this.before = before;
    }

    /// Notes what is there now. An [AssertionError] if that cannot be known, because a hub does not
    /// turn.
    public static LeakCheck begin() {
        var sockets = OpenSockets.watch();
        try {
            var before = Holding.all(GRACE.toNanos());
            for (var holding : before) {
                if (holding.what() instanceof Holding.Standstill) {
                    throw new AssertionError(described(holding));
                }
            }
            return new LeakCheck(sockets, before);
        } catch (Throwable e) {
            sockets.close();
            throw e;
        }
    }

    /// How long green threads that are just ending are waited for, all together, and hubs that do
    /// not answer, for a second at least. Default: 10 seconds. It goes by the system's clock.
    public LeakCheck grace(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a grace must not be negative: " + time);
        }
        grace = time;
        return this;
    }

    /// Has it see that the permits that are taken from now on are given back.
    public LeakCheck watch(GreenSemaphore semaphore) {
        return watch(semaphore, () -> -semaphore.available());
    }

    public LeakCheck watch(CappedSemaphore semaphore) {
        return watch(semaphore, () -> -semaphore.available());
    }

    /// Has it see that the items that are lent from now on are given back.
    public LeakCheck watch(ResourcePool<?, ?> pool) {
        return watch(pool, () -> pool.size() - pool.idle());
    }

    private synchronized LeakCheck watch(Object what, IntSupplier taken) {
        watched.add(new Watched(what, taken, taken.getAsInt()));
        return this;
    }

    /// Waits for the green threads that are ending, and throws an [AssertionError] that names what
    /// is left over then, threads with their stacks.
    @Override
    public void close() {
        List<String> left;
        try {
            left = leftOver();
        } finally {
            sockets.close();
        }
        if (!left.isEmpty()) {
            throw new AssertionError("left over: " + String.join("\nleft over: ", left));
        }
    }

    private List<String> leftOver() {
        var left = new ArrayList<String>();
        if (Thread.interrupted()) {
            left.add("an interrupt of " + Thread.currentThread());
        }
        if (GreenThread.current() != null) {
            GreenThread.yield(); // who was just spawned begins
        }
        for (var holding : afterGrace()) {
            left.add(described(holding));
        }
        sockets.stillOpen()
                .forEach((socket, origin) -> left.add("open " + socket + made("opened", origin)));
        synchronized (this) {
            for (var each : watched) {
                int missing = each.taken.getAsInt() - each.before;
                if (missing > 0) {
                    left.add(missing + " taken and not given back of " + each.what);
                }
            }
        }
        return left;
    }

    /// What is left when no thread is left, or the grace is over.
    private Set<Holding> afterGrace() {
        long end = System.nanoTime() + Math.min(Waits.nanos(grace), Long.MAX_VALUE / 2);
        while (true) {
            var left = left(end);
            var threads =
                    left.stream()
                            .map(Holding::what)
                            .filter(Thread.class::isInstance)
                            .map(Thread.class::cast)
                            .toList();
            if (threads.isEmpty()) { // the last may have closed what was seen before it ended
                return left.isEmpty() ? left : left(end);
            }
            for (var thread : threads) {
                if (!join(thread, end - System.nanoTime())) {
                    return left(end);
                }
            }
        }
    }

    private Set<Holding> left(long end) {
        long nanos = Math.max(end - System.nanoTime(), LEAST_NANOS);
        var left = new HashSet<>(Holding.all(nanos));
        left.removeAll(before);
        left.removeIf(holding -> holding.what() == Thread.currentThread());
        return left;
    }

    private static boolean join(Thread thread, long nanos) {
        try {
            return thread.join(Duration.ofNanos(Math.max(0, nanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Waits.raise();
        }
    }

    private static String described(Holding holding) {
        return switch (holding.what()) {
            case Thread thread -> {
                var blocker = LockSupport.getBlocker(thread);
                yield holding
                        + (blocker == null ? "" : ", which waits for " + blocker)
                        + lines(List.of(thread.getStackTrace()));
            }
            case Holding.Standstill standstill -> holding + ":" + lines(standstill.stack());
            default -> holding + made("set", holding.origin());
        };
    }

    /// Who made something, and where, or how that can be seen.
    private static String made(String how, @Nullable Origin origin) {
        if (origin == null) {
            return "";
        }
        var maker = origin.maker();
        String name = maker.getName();
        boolean isGreen = // of one that has ended nothing tells it any more
                maker.getUncaughtExceptionHandler() instanceof HubStrand
                        || (maker.isVirtual() && maker.getState() == Thread.State.TERMINATED);
        return ", %s by %s #%d%s%s"
                .formatted(
                        how,
                        isGreen ? "green thread" : "thread",
                        maker.threadId(),
                        name.isEmpty() ? "" : " '" + name + "'",
                        origin.site().isEmpty()
                                ? " (-Deventlet.trace=true shows where)"
                                : lines(origin.site()));
    }

    private static String lines(List<StackTraceElement> stack) {
        return stack.stream().map(frame -> "\n    at " + frame).collect(Collectors.joining());
    }
}
