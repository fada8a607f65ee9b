// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.lang.Tracing;
import io.eventlet.os.VirtualThreads;
import io.eventlet.wait.Strand;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// What can be seen of a hub that has a loop: what it holds, what it does and whether it sleeps.
///
/// For other packages of this library, which make dumps and find deadlocks by it: programs take a
/// [io.eventlet.diagnosis.Dump].
public final class Inspection {
    /*
     * The loop itself answers if it does so in time; the rest is what may be read from outside. A
     * thread on the carrier looks by itself: Takeover looks for snapshot() and holdings() on stacks.
     */
    /// Something that looks at all hubs now and then, each time the watchdog has.
    ///
    /// For other packages of this library to implement.
    @FunctionalInterface
    public interface Look {
        /// Looks, on the watchdog's thread: it may take its time, but nobody watches meanwhile.
        void look() throws InterruptedException;
    }

    private final HubLoop loop;
    private final Membership membership;
    private final Tally stalls = new Tally(); // written by the watchdog

    Inspection(HubLoop loop, Membership membership) {
        this.loop = loop;
        this.membership = membership;
    }

    // ---- for other packages

    /// Those of all hubs that the watchdog watches.
    public static List<Inspection> all() {
        return Watchdog.watched();
    }

    /// Has something look too whenever the watchdog does, if there is one.
    public static void alsoLook(Look look) {
        Watchdog.alsoLook(look);
    }

    /// Records from now on, or no longer, where green threads are spawned.
    public static void trace(boolean on) {
        Tracing.set(on);
    }

    /// Where a green thread was spawned; empty if that was not recorded.
    @SuppressWarnings("exports") // for this module alone
    public static List<StackTraceElement> spawnedAt(Strand strand) {
        return Trace.spawnedAt(strand);
    }

    /// Counts the tasks that were begun.
    public long tasks() {
        return loop.tasks();
    }

    /// Its green threads, for a thread that does not want to wake it: what comes or goes meanwhile
    /// may be missing.
    public List<HubStrand> live() {
        return membership.toList();
    }

    /// Whether it sleeps until somebody wakes it, with nothing sent to it and no timer set, there
    /// or for threads that are on no hub.
    public boolean sleepsForEver() {
        return loop.queue.inbox.isSleeping() && timers() == 0 && SystemTimers.areNoneOfOthers();
    }

    /// The timers, but for the one by which the interrupter looks again at who waits: it has none
    /// where time stands still while threads run.
    private int timers() {
        boolean looksAgain = loop.isOnSystemClock() && loop.interrupter().isPausing();
        return Math.max(0, loop.timers.size() - (looksAgain ? 1 : 0)) + systemWaits();
    }

    // ---- for the hub

    HubStatistics statistics(String hubName) {
        return new HubStatistics(
                hubName,
                Mode.HUB,
                loop.poller.name(),
                membership.count(),
                timers(),
                loop.turns(),
                loop.tasks(),
                loop.takeover().count());
    }

    /// The timed waits inside the JDK where they do not go by our clock: of all hubs, since they
    /// are few.
    private int systemWaits() {
        return loop.isOnSystemClock() ? 0 : PortableEngine.SYSTEM_WAITS.getQueue().size();
    }

    /// What it holds: see [Engine#holdings].
    @Nullable List<Object> holdings(long nanos) {
        return loop.isCurrent() ? held() : ask(this::held, nanos);
    }

    private List<Object> held() {
        var all = new ArrayList<Object>();
        membership.toList().forEach(strand -> all.add(strand.thread()));
        if (!loop.isClosed()) { // else they go on without us
            all.addAll(loop.timers.ownTimers());
        }
        return all;
    }

    /// What it holds and does: see [Engine#snapshot].
    HubSnapshot snapshot(String hubName, long nanos) {
        var answer =
                loop.isCurrent()
                        ? snapshot(hubName, true)
                        : ask(() -> snapshot(hubName, true), nanos);
        return answer == null ? snapshot(hubName, false) : answer;
    }

    /// What the loop answers, or what can be seen from outside.
    private HubSnapshot snapshot(String hubName, boolean answered) {
        boolean turns =
                answered && !loop.isClosed(); // else what was ready or set goes on elsewhere
        var busy = answered ? null : loop.running();
        return new HubSnapshot(
                statistics(hubName),
                membership.toList(),
                turns ? loop.queue.toList() : List.of(),
                turns ? loop.timers.toList() : List.of(),
                0,
                loop.poller.watched().size(),
                stalls.get(),
                busy == null ? null : VirtualThreads.behind(busy),
                answered ? null : List.of(loop.carrier().getStackTrace()));
    }

    /// Has the loop answer; null if it does not in time. A hub that is closed answers elsewhere.
    private <T> @Nullable T ask(Supplier<T> question, long nanos) {
        var answer = new CompletableFuture<T>();
        loop.send(() -> answer.complete(question.get()));
        return Waits.awaitAnswer(answer, nanos);
    }

    /// What its thread is doing, or the green thread on it.
    List<StackTraceElement> stack() {
        var busy = loop.running();
        var green = busy == null ? null : VirtualThreads.behind(busy);
        return List.of((green == null ? loop.carrier() : green).getStackTrace());
    }

    /// Called by the watchdog.
    void countStall() {
        stalls.add(1);
    }
}
