// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.errors.Cancelled;
import io.eventlet.os.VirtualThreads;
import io.eventlet.poll.Network;
import io.eventlet.poll.Poller;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Interrupter;
import io.eventlet.wait.Strand;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Runs green threads: no two of one hub at the same time, each until it has to wait.
///
/// A program begins with one hub, [#main()], and what a green thread spawns stays on its hub. More
/// hubs, on more cores, are started explicitly:
///
/// ```java
/// try (var hub = Hub.start("reports")) {
///     Eventlet.spawnOn(hub, () -> crunch()).await();
/// }
/// ```
///
/// In portable mode ([Mode#PORTABLE]) a hub is a name for green threads that the JDK schedules:
/// they may run at the same time. Thread-safe.
public final class Hub implements AutoCloseable {
    private static final ReentrantLock MAIN_LOCK = new ReentrantLock();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private static volatile @Nullable Hub main; // set under MAIN_LOCK
    private static final Set<Hub> OPEN =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /// What throws in place of a start that fails, in tests: there is no other way to make one
    /// fail.
    static volatile @Nullable Consumer<Thread> beforeStart;

    private final String name;
    private final @Nullable RandomGenerator order; // of what is ready; null for first come
    private final Engine engine;
    private volatile boolean closing;

    private Hub(
            String name, Clock clock, @Nullable Poller poller, @Nullable RandomGenerator order) {
        this.name = name;
        this.order = order;
        engine = Engines.start(this, clock, poller, order);
        OPEN.add(this);
    }

    /// The hubs that have been started and not been closed.
    public static List<Hub> all() {
        synchronized (OPEN) {
            return List.copyOf(OPEN);
        }
    }

    /// The hub that a program begins with, started when it is first needed.
    public static Hub main() {
        var hub = main;
        if (hub != null && !hub.closing) {
            return hub;
        }
        MAIN_LOCK.lock();
        try {
            hub = main;
            if (hub == null || hub.closing) {
                main = hub = new Hub("main", Clock.system(), null, null);
            }
            return hub;
        } finally {
            MAIN_LOCK.unlock();
        }
    }

    boolean isMain() {
        return main == this;
    }

    /// The hub of the calling green thread; the main hub for every other thread.
    public static Hub current() {
        if (VirtualThreads.currentCarrier() instanceof LoopThread carrier) {
            return carrier.loop.hub();
        }
        return Strand.current() instanceof HubStrand strand ? strand.hub() : main();
    }

    Clock clock() {
        return engine.clock();
    }

    /// What draws lots on it: what draws the order of what is ready, if that is drawn.
    RandomGenerator random() {
        return order == null ? ThreadLocalRandom.current() : order;
    }

    /// Chooses what the hubs of this JVM poll with, before the first of them is started: `epoll`,
    /// `libevent`, `kqueue`; `portable` for green threads and sockets of the JDK ([Mode#PORTABLE]),
    /// or `auto` for what the system property `eventlet.hub`, or else the variable `EVENTLET_HUB`,
    /// say, or the usual one. Names of Eventlet for Python, such as `epolls`, are known too.
    ///
    /// @throws IllegalArgumentException for another name, or if `eventlet.mode` says otherwise
    /// @throws IllegalStateException if this machine or this JVM does not have it (the message says
    ///   why, and what there is), or if another has been chosen or is in use
    public static void use(String name) {
        Engines.use(Objects.requireNonNull(name));
    }

    /// Starts another hub.
    public static Hub start() {
        return start("hub-" + COUNT.incrementAndGet());
    }

    /// Starts another hub with a name, for dumps and logs.
    public static Hub start(String name) {
        return new Hub(Objects.requireNonNull(name), Clock.system(), null, null);
    }

    /// Starts a hub with a clock and a network of the caller's, for tests and simulations. Only in
    /// hub mode.
    ///
    /// Waits of ours go by that clock; those of the JDK, such as `Thread.sleep`, by the system's.
    @SuppressWarnings("exports") // for this module alone
    public static Hub start(String name, Clock clock, Poller poller) {
        return new Hub(
                Objects.requireNonNull(name),
                Objects.requireNonNull(clock),
                Objects.requireNonNull(poller),
                null);
    }

    /// As [#start(String, Clock, Poller)], with the next of those that are ready drawn at random:
    /// for tests that look for an order in which a program fails.
    @SuppressWarnings("exports") // for this module alone
    public static Hub start(String name, Clock clock, Poller poller, RandomGenerator order) {
        return new Hub(
                Objects.requireNonNull(name),
                Objects.requireNonNull(clock),
                Objects.requireNonNull(poller),
                Objects.requireNonNull(order));
    }

    public String name() {
        return name;
    }

    /// The mode of this JVM's hubs.
    public Mode mode() {
        return engine.mode();
    }

    /// What keeps this JVM from hub mode, and which options that needs, for the log of a framework;
    /// null in hub mode, and if portable mode was asked for. Chooses the mode, as the first hub
    /// does, and fails as that if what was asked for cannot be had. May be called by any thread.
    public static @Nullable String modeProblem() {
        return Engines.problem();
    }

    /// What moves the bytes of this hub's sockets: `epoll` or what [#use] names; `jdk` in portable
    /// mode.
    public String poller() {
        return engine.network().name();
    }

    /// Opens the endpoints of this hub's sockets.
    Network network() {
        return engine.network();
    }

    @Nullable List<Object> holdings(long nanos) {
        return engine.holdings(nanos);
    }

    List<StackTraceElement> stack() {
        return engine.stack();
    }

    HubSnapshot snapshot(long nanos) {
        return engine.snapshot(name, nanos);
    }

    public HubStatistics statistics() {
        return engine.statistics(name);
    }

    /// Pins the hub to a processor, one of [#processors()], for good: its thread runs there only,
    /// and so does one that takes over from it. Other threads that its green threads start begin
    /// there too, as is usual on Linux; other hubs do not. Callable from every thread; does not
    /// wait.
    ///
    /// @throws IllegalArgumentException if this process may not use that processor; the message
    ///   says which it may
    /// @throws UnsupportedOperationException in portable mode, and on systems other than Linux
    public void pin(int processor) {
        Pins.pin(this, engine, processor);
    }

    /// The processors that hubs can be pinned to: those that the process was given, which a
    /// container or `taskset` may have left only some of. None on systems other than Linux.
    public static List<Integer> processors() {
        return Pins.processors();
    }

    /// Whether it takes green threads.
    public boolean isOpen() {
        return !closing;
    }

    /// Sets who is told when a hub does not turn; null for the log, at WARNING. The threshold is
    /// the system property `eventlet.watchdog.millis` (100; 0 for no watchdog).
    public static void onStall(@Nullable Consumer<Stall> handler) {
        Watchdog.handler(handler);
    }

    /// Does something at a time from now, on no thread in particular: it must neither block nor
    /// call code of users. Green threads are what runs those.
    ScheduledFuture<?> schedule(Runnable task, long nanos) {
        return engine.schedule(task, nanos);
    }

    /// An unstarted thread of this hub, which inherits what is given. It calls [#enter] first and
    /// [#leave] last.
    Thread newThread(Inheritance inheritance, HubStrand strand, Runnable body) {
        if (closing) {
            throw new IllegalStateException("hub '" + name + "' has been closed");
        }
        var thread = engine.create(inheritance.name, body);
        thread.setUncaughtExceptionHandler(strand);
        VirtualThreads.giveScopedValues(thread, inheritance.scopedValues);
        Trace.noteSpawn(strand);
        return thread;
    }

    /// Starts a thread that [#newThread] made: from now on the hub waits for it when it is closed.
    void startThread(Thread unstarted) {
        askBeforeStart(unstarted);
        engine.start(unstarted);
    }

    private static void askBeforeStart(Thread unstarted) {
        var asked = beforeStart;
        if (asked != null) {
            asked.accept(unstarted);
        }
    }

    /// Called on a thread that [#newThread] made and that was started by [Thread#start()].
    void noteStarted() {
        engine.noteStarted();
    }

    /// Interrupts its green threads when they are cancelled in waits that are not ours.
    Interrupter interrupter() {
        return engine.interrupter();
    }

    void enter(HubStrand strand) {
        engine.enter(strand);
        if (closing) { // it was on its way when the hub was closed
            strand.tellClosed(name);
        }
    }

    void leave(HubStrand strand) {
        engine.leave(strand);
    }

    /// Closes the hub: its green threads are told, by a [HubClosed] at the call in which they wait,
    /// and are given ten seconds to end.
    @Override
    public void close() {
        boolean ignored = close(Duration.ofSeconds(10));
    }

    /// Closes the hub: its green threads are told, by a [HubClosed] at the call in which they wait,
    /// and are given a time to end. True if all have.
    ///
    /// Those that have not go on elsewhere, on threads of the JDK, but cannot wait for sockets any
    /// more. Sockets that were made on the hub stay usable for threads of other hubs. Blocks
    /// meanwhile, and a second longer if a green thread does not yield. Called by a green thread of
    /// the hub, who is not told, it closes the hub in the background and returns false at once.
    /// What ends the wait is thrown, the cause of a kill or a timeout, or [Cancelled] for an
    /// interrupt, or an `OutOfMemoryError` if there can be no thread for the background; the hub is
    /// closed all the same.
    public boolean close(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException(
                    "the time to close a hub in must not be negative: " + limit);
        }
        closing = true;
        var caller = Strand.current();
        engine.tellLive(strand -> {
            if (strand != caller) {
                strand.tellClosed(name);
            }
        });
        if (caller instanceof HubStrand own && own.hub() == this) {
            stopInBackground(limit);
            return false;
        }
        return stop(limit);
    }

    /// If there can be no thread for that it stops at once, and what says so is thrown.
    private void stopInBackground(Duration limit) {
        try {
            var stopping =
                    Thread.ofPlatform()
                            .daemon()
                            .name("closes " + this)
                            .unstarted(() -> stop(limit));
            askBeforeStart(stopping);
            stopping.start();
        } catch (Throwable e) {
            OPEN.remove(this);
            engine.stop();
            throw e;
        }
    }

    private boolean stop(Duration limit) {
        try {
            return engine.awaitIdle(Waits.deadlineAfter(limit));
        } finally {
            try {
                engine.stop(); // may be cancelled
            } finally {
                OPEN.remove(this);
            }
        }
    }

    @Override
    public String toString() {
        return "hub '" + name + "'";
    }
}
