// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.poll.Network;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Interrupter;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;

/// What runs the green threads of a hub: a loop of ours, or the scheduler of the JDK.
sealed interface Engine permits HubLoop, PortableEngine {
    Mode mode();

    Network network();

    Clock clock();

    /// An unstarted thread.
    Thread create(@Nullable String name, Runnable body);

    /// Starts a thread that it made.
    void start(Thread unstarted);

    /// Called on a thread that it made and that somebody else has started.
    void noteStarted();

    /// Interrupts its threads in waits that are not ours.
    Interrupter interrupter();

    /// Does something at a time from now. It must neither block nor take long.
    ScheduledFuture<?> schedule(Runnable task, long nanos);

    /// Called on the green thread when its body begins, and when it has ended.
    void enter(HubStrand strand);

    void leave(HubStrand strand);

    /// Tells each live green thread that the hub is being closed, soon, on a thread of the JDK.
    void tellLive(Consumer<HubStrand> tell);

    /// Waits for all green threads of a hub that takes no new ones: true once all have ended, false
    /// if the deadline passed or the hub was stopped first.
    boolean awaitIdle(long deadline);

    /// Stops what runs the green threads. Waits for it, but not for a green thread that computes.
    void stop();

    HubStatistics statistics(String name);

    /// Its green threads, the timers that are not of their waits, and the descriptors it watches;
    /// null if its thread does not answer in time.
    @Nullable List<Object> holdings(long nanos);

    /// What its thread is doing, or the green thread on it; empty if it has none.
    List<StackTraceElement> stack();

    /// What it holds now; if its thread does not answer in time, what can be seen from outside.
    HubSnapshot snapshot(String name, long nanos);
}
