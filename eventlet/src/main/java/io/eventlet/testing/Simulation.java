// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.GreenThread;
import io.eventlet.LimitExpired;
import io.eventlet.Task;
import io.eventlet.TaskFailed;
import io.eventlet.ThrowingRunnable;
import io.eventlet.diagnosis.Dump;
import io.eventlet.hub.Holding;
import io.eventlet.hub.Hub;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/// Runs code on a hub of its own, where time jumps, sockets are in memory, and the order of what is
/// ready can be drawn.
///
/// ```java
/// Simulation.inOrder().run(() -> {
///     Eventlet.sleep(Duration.ofHours(1));        // takes no time
/// });
/// Simulation.explore(1000, () -> transfer());     // in a thousand orders
/// ```
///
/// The clock jumps to the next deadline whenever no green thread is ready, so that an hour of
/// timeouts is over at once and in the right order. Only waits of this library go by it: timed
/// waits of the JDK, such as `Thread.sleep`, take the time that they say. What other threads do, it
/// does not wait for either: a limit on a wait for one of those expires at once. Only while a green
/// thread waits for a task of an `Offload`, or for a monitor or a lock, which another thread may
/// have for a moment as it loads a class or writes a log, does time stand still, for a second at
/// most.
///
/// With a seed, who of several ready green threads goes next is drawn; the same seed draws the same
/// again, as long as the code asks nobody else for chance or time. Needs hub mode.
public final class Simulation {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int LOOKS = 20; // a second in which nobody woke the hub

    private final VirtualClock clock = new VirtualClock();
    private final MemoryNetwork network;
    private final @Nullable Long seed;

    private Simulation(@Nullable Long seed) {
        this.seed = seed;
        network = new MemoryNetwork(new Random(seed == null ? 0 : ~seed)); // not the order's
    }

    /// One in which who becomes ready first goes first, as on every hub.
    public static Simulation inOrder() {
        return new Simulation(null);
    }

    /// One in which the next is drawn.
    public static Simulation withSeed(long seed) {
        return new Simulation(seed);
    }

    /// What a simulation runs that is given to it.
    @FunctionalInterface
    public interface Scenario<X extends Exception> {
        void run(Simulation simulation) throws X;
    }

    /// Runs a body in so many orders, each with a hub of its own. The first failure is thrown, with
    /// a note of its seed; one that takes no notes as the cause of an [AssertionError].
    public static <X extends Exception> void explore(int orders, ThrowingRunnable<X> body)
            throws X {
        explore(orders, _ -> body.run());
    }

    /// As [#explore(int, ThrowingRunnable)], with the simulation, for its network and its clock.
    public static <X extends Exception> void explore(int orders, Scenario<X> body) throws X {
        if (orders < 1) {
            throw new IllegalArgumentException("orders to explore must be 1 or more: " + orders);
        }
        long first = new Random().nextLong();
        for (int i = 0; i < orders; i++) {
            withSeed(first + i).run(body);
        }
    }

    /// The network of its sockets.
    public MemoryNetwork network() {
        return network;
    }

    /// The clock that waits in here go by.
    public VirtualClock clock() {
        return clock;
    }

    /// Runs a body to its end, and ends what it has spawned and left: no time passes for that any
    /// more, but for its clean-up when it has been told. What the body throws is thrown; if it
    /// waits and nothing is left that could end that, an [AssertionError].
    public <X extends Exception> void run(ThrowingRunnable<X> body) throws X {
        run(_ -> body.run());
    }

    /// As [#run(ThrowingRunnable)], with this simulation.
    public <X extends Exception> void run(Scenario<X> body) throws X {
        var poller = new MemoryPoller(network, clock);
        Throwable failure;
        try (var hub = start(poller)) {
            poller.waitingForOthers(() -> Holding.waitingForOthers(hub));
            Task whole =
                    () -> {
                        try {
                            body.run(this);
                        } finally { // in the same turn: else what is left over would see more
                            poller.stopTime();
                        }
                    };
            failure = failureOf(GreenThread.spawnOn(hub, whole), poller);
        }
        if (failure != null) {
            Simulation.<X>fail(failure, seed);
        }
    }

    private Hub start(MemoryPoller poller) {
        return seed == null
                ? Hub.start("simulation", clock, poller)
                : Hub.start("simulation", clock, poller, new Random(seed));
    }

    /// Waits until the body has ended, or never will: what it threw, or that; null if neither.
    private static @Nullable Throwable failureOf(GreenThread<?> body, MemoryPoller poller) {
        int looks = 0;
        while (looks < LOOKS) {
            try {
                var ignored = body.await(LOOK);
                return null;
            } catch (TaskFailed e) {
                return e.getCause();
            } catch (LimitExpired e) {
                boolean idle = poller.waitsForever() && body.hub().statistics().timers() == 0;
                looks = idle ? looks + 1 : 0;
            }
        }
        var stuck =
                new AssertionError(
                        body + " waits, and nothing is left that could end that" + dump(body));
        stuck.setStackTrace(body.thread().getStackTrace());
        return stuck;
    }

    /// What all in its simulation wait for, on lines of its own.
    private static String dump(GreenThread<?> body) {
        return Dump.take().hubs().stream()
                .filter(hub ->
                        hub.threads().stream().anyMatch(other -> other.thread() == body.thread()))
                .map(hub -> System.lineSeparator() + hub)
                .collect(Collectors.joining());
    }

    @SuppressWarnings("unchecked") // the body throws X, or what is unchecked
    private static <X extends Exception> void fail(Throwable failure, @Nullable Long seed)
            throws X {
        if (seed != null) {
            var note = new Exception("in the order of Simulation.withSeed(" + seed + "L)");
            failure.addSuppressed(note);
            if (!List.of(failure.getSuppressed()).contains(note)) { // it keeps none
                throw new AssertionError(note.getMessage(), failure);
            }
        }
        if (failure instanceof Error e) {
            throw e;
        }
        throw (X) failure;
    }
}
