// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.VirtualThreads;
import io.eventlet.poll.Poller;
import io.eventlet.poll.PollerKind;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Decides, once a JVM, between the two modes, and starts engines.
final class Engines {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");
    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");
    private static @Nullable Decision decision; // guarded by the class

    private Engines() {}

    /// The mode of this JVM.
    ///
    /// @param whyPortable why it is not hub mode; null if it is
    private record Decision(Mode mode, @Nullable String whyPortable) {}

    /// Fails each time if the mode that was asked for cannot be had.
    private static synchronized Decision decision() {
        var known = decision;
        if (known == null) {
            decision = known = decide();
            ClassFiles.load();
        }
        return known;
    }

    static Engine start(
            Hub hub, Clock clock, @Nullable Poller poller, @Nullable RandomGenerator order) {
        var decision = decision();
        if (decision.mode == Mode.PORTABLE) {
            if (poller != null) {
                throw new IllegalStateException(
                        "a Simulation needs hub mode, and this JVM is in portable mode, because "
                                + decision.whyPortable);
            }
            return new PortableEngine();
        }
        var queue = order == null ? new RunQueue() : new DrawnRunQueue(order);
        return startLoop(hub, clock, poller != null ? poller : openPoller(hub), queue);
    }

    private static Poller openPoller(Hub hub) {
        try {
            return openEpoll();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + hub, e);
        }
    }

    private static Poller openEpoll() throws IOException {
        return PollerKind.EPOLL.open(Waits.PARKING, () -> Hub.current().network());
    }

    private static Engine startLoop(Hub hub, Clock clock, Poller poller, RunQueue queue) {
        try {
            var loop = new HubLoop(hub, poller, clock, queue);
            startWatched(loop);
            return loop;
        } catch (Throwable e) { // there can be no more threads
            poller.close();
            throw e;
        }
    }

    private static void startWatched(HubLoop loop) {
        Watchdog.watch(loop);
        try {
            loop.start();
        } catch (Throwable e) {
            Watchdog.forget(loop);
            throw e;
        }
    }

    private static Decision decide() {
        String asked = System.getProperty(Mode.PROPERTY, "auto").toLowerCase(Locale.ROOT);
        return switch (asked) {
            case "portable" -> {
                LOGGER.log(
                        System.Logger.Level.INFO,
                        "portable mode, as -D{0}=portable asks: green threads on the scheduler and"
                                + " the sockets of the JDK",
                        Mode.PROPERTY);
                yield new Decision(Mode.PORTABLE, "-D" + Mode.PROPERTY + "=portable asks for that");
            }
            case "hub" -> {
                String problem = problem();
                if (problem != null) {
                    throw new IllegalStateException("-D" + Mode.PROPERTY + "=hub, but " + problem);
                }
                yield hubMode();
            }
            case "auto" -> {
                String problem = problem();
                if (problem == null) {
                    yield hubMode();
                }
                LOGGER.log(
                        System.Logger.Level.INFO,
                        "portable mode: green threads on the scheduler and the sockets of the JDK,"
                                + " because {0}",
                        problem);
                yield new Decision(Mode.PORTABLE, problem);
            }
            default ->
                    throw new IllegalArgumentException(
                            "-D%s=%s: expected auto, hub or portable"
                                    .formatted(Mode.PROPERTY, asked));
        };
    }

    private static @Nullable String problem() {
        String system = System.getProperty("os.name", "");
        if (!system.equals("Linux")) {
            return "hubs poll with epoll, and this is " + system;
        }
        String processor = System.getProperty("os.arch", "");
        if (!PROCESSORS.contains(processor)) {
            return "hubs know the kernel's structures on x86-64 and aarch64, and this is "
                    + processor;
        }
        String unavailable = VirtualThreads.unavailable();
        if (unavailable != null) {
            return unavailable + neededOptions();
        }
        String pollerProblem = pollerProblem();
        return pollerProblem != null ? pollerProblem : HubProbe.problem();
    }

    /// All of them, whichever is missing: who adds one should not have to come back for the next.
    private static String neededOptions() {
        return "; hub mode needs the options " + VirtualThreads.neededOptions();
    }

    /// Opens a poller once to see that the JVM lets us call the kernel and the kernel plays along.
    private static @Nullable String pollerProblem() {
        try {
            openEpoll().close();
            return null;
        } catch (IOException | RuntimeException | LinkageError e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            LOGGER.log(System.Logger.Level.DEBUG, "no poller", e);
            return root instanceof IllegalCallerException
                    ? "native access is denied" + neededOptions()
                    : "epoll cannot be had: " + root;
        }
    }

    private static Decision hubMode() {
        LOGGER.log(
                System.Logger.Level.INFO,
                "hub mode: green threads and sockets on hubs of our own (-D{0}=portable for those"
                        + " of the JDK)",
                Mode.PROPERTY);
        initialiseJdkPoller();
        return new Decision(Mode.HUB, null);
    }

    /// The JDK's own poller starts virtual threads that inherit a scheduler: it must be that of a
    /// platform thread, not a hub.
    private static void initialiseJdkPoller() {
        Runnable initialiser =
                () -> {
                    try {
                        Class.forName("sun.nio.ch.Poller", true, null);
                    } catch (ClassNotFoundException e) {
                        LOGGER.log(System.Logger.Level.DEBUG, "this JDK has no poller", e);
                    }
                };
        if (!Thread.currentThread().isVirtual()) {
            initialiser.run();
            return;
        }
        var thread = Thread.ofPlatform().daemon().start(initialiser);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
