// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.lang.Log;
import io.eventlet.lang.Setting;
import io.eventlet.os.Platform;
import io.eventlet.os.VirtualThreads;
import io.eventlet.poll.Poller;
import io.eventlet.poll.PollerKind;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Decides, once a JVM, between the two modes, and starts engines.
final class Engines {
    /// Whether hub mode is told to the log, at INFO. Where it is not, a short program does without
    /// the logging of the JDK.
    private static final String TOLD = "eventlet.mode.logged";

    private static final Set<String> MODES = Set.of("auto", "hub", "portable");
    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");
    private static @Nullable Decision decision; // guarded by the class

    private Engines() {}

    /// The mode of this JVM.
    ///
    /// @param poller what its hubs poll with; null in portable mode
    /// @param whyPortable why it is not hub mode; null if it is
    /// @param isAsked whether that was asked for
    private record Decision(
            @Nullable PollerKind poller, @Nullable String whyPortable, boolean isAsked) {
        String name() {
            return poller == null ? HubChoice.PORTABLE : poller.label();
        }
    }

    /// Fails each time if what was asked for cannot be had.
    private static synchronized Decision decision() {
        var known = decision;
        return known != null ? known : decided(HubChoice.ofSettings());
    }

    private static Decision decided(@Nullable HubChoice choice) { // under the class
        var made = decide(choice);
        decision = made;
        ClassFiles.load();
        return made;
    }

    /// Decides as a program asks. Fails if that cannot be had, and then nothing has been decided.
    static synchronized void use(String name) {
        var choice = HubChoice.of(name, "Hub.use(\"" + name + "\")");
        if (choice == null) {
            return;
        }
        var known = decision;
        if (known == null) {
            known = decided(choice);
        }
        if (!choice.contains(known.poller)) {
            throw new IllegalStateException(
                    choice.by() + " comes too late: this JVM uses " + known.name() + " already");
        }
    }

    /// Why it is not hub mode though nobody has asked for portable mode; null if that is not so.
    static @Nullable String problem() {
        var decision = decision();
        return decision.isAsked ? null : decision.whyPortable;
    }

    static Engine start(
            Hub hub, Clock clock, @Nullable Poller poller, @Nullable RandomGenerator order) {
        var decision = decision();
        var kind = decision.poller;
        if (kind == null) {
            if (poller != null) {
                throw new IllegalStateException(
                        "a Simulation needs hub mode, and this JVM is in portable mode, because "
                                + decision.whyPortable);
            }
            return new PortableEngine();
        }
        var queue = order == null ? new RunQueue() : new DrawnRunQueue(order);
        return startLoop(hub, clock, poller != null ? poller : openPoller(kind, hub), queue);
    }

    private static Poller openPoller(PollerKind kind, Hub hub) {
        try {
            return open(kind);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + hub, e);
        }
    }

    private static Poller open(PollerKind kind) throws IOException {
        return kind.open(Waits.PARKING, () -> Hub.current().network());
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
            AwakeHubs.OF_THIS_JVM.add(loop.queue.inbox);
            loop.start();
        } catch (Throwable e) {
            AwakeHubs.OF_THIS_JVM.remove(loop.queue.inbox);
            Watchdog.forget(loop);
            throw e;
        }
    }

    private static Decision decide(@Nullable HubChoice choice) {
        String mode = System.getProperty(Mode.PROPERTY, "auto").toLowerCase(Locale.ROOT);
        if (!MODES.contains(mode)) {
            throw new IllegalArgumentException(
                    "-D%s=%s: expected auto, hub or portable".formatted(Mode.PROPERTY, mode));
        }
        if (choice != null) {
            choice.ensureAgrees(mode);
        }
        if (mode.equals("portable") || (choice != null && choice.pollers().isEmpty())) {
            String by = choice == null ? "-D" + Mode.PROPERTY + "=portable" : choice.by();
            Log.logger()
                    .log(
                            System.Logger.Level.INFO,
                            "portable mode, as {0} asks: green threads on the scheduler and the"
                                    + " sockets of the JDK",
                            by);
            return new Decision(null, by + " asks for that", true);
        }
        FreeDescriptors.ensure();
        var kinds = choice == null ? List.of(PollerKind.USUAL) : choice.pollers();
        String problem = null;
        for (var kind : kinds) {
            if (problem != null) {
                Log.logger()
                        .log(System.Logger.Level.INFO, "{0}; next is {1}", problem, kind.label());
            }
            problem = problem(kind);
            if (problem == null) {
                return hubMode(kind);
            }
        }
        if (choice != null && !choice.orPortable()) {
            throw new IllegalStateException(choice.by() + ", but " + problem);
        }
        if (mode.equals("hub")) {
            throw new IllegalStateException("-D" + Mode.PROPERTY + "=hub, but " + problem);
        }
        Log.logger()
                .log(
                        System.Logger.Level.INFO,
                        "portable mode: green threads on the scheduler and the sockets of the JDK,"
                                + " because {0}",
                        problem);
        return new Decision(null, problem, false);
    }

    private static @Nullable String problem(PollerKind kind) {
        String system = System.getProperty("os.name", "");
        if (kind == PollerKind.EPOLL && !system.equals("Linux")) {
            return "hubs poll with epoll, and this is "
                    + system
                    + (Platform.CURRENT.isBsd()
                            ? "; -D" + HubChoice.PROPERTY + "=kqueue asks for hubs over kqueue"
                            : "");
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
        String pollerProblem = pollerProblem(kind);
        return pollerProblem != null ? pollerProblem : HubProbe.problem();
    }

    /// All of them, whichever is missing: who adds one should not have to come back for the next.
    private static String neededOptions() {
        return "; hub mode needs the options " + VirtualThreads.neededOptions();
    }

    private static @Nullable String pollerProblem(PollerKind kind) {
        var error = failureOf(kind);
        if (error == null) {
            return null;
        }
        if (error instanceof IllegalCallerException) {
            return "native access is denied" + neededOptions();
        }
        var there =
                Stream.of(PollerKind.values())
                        .filter(other -> other != kind && failureOf(other) == null)
                        .map(PollerKind::label);
        return "%s is not there: %s; this machine has %s"
                .formatted(
                        kind.label(),
                        error.getMessage(),
                        Stream.concat(there, Stream.of(HubChoice.PORTABLE))
                                .collect(Collectors.joining(", ")));
    }

    /// Opens a poller and polls once, to see that the JVM lets us call the kernel and the kernel
    /// plays along.
    private static @Nullable Throwable failureOf(PollerKind kind) {
        try (var poller = open(kind)) {
            poller.poll(0);
            return null;
        } catch (IOException | RuntimeException | LinkageError e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            Log.logger().log(System.Logger.Level.DEBUG, "no poller", e);
            return root;
        }
    }

    private static Decision hubMode(PollerKind kind) {
        if (Setting.flag(TOLD, true)) {
            tell(kind);
        }
        initialiseJdkPoller();
        return new Decision(kind, null, false);
    }

    private static void tell(PollerKind kind) {
        if (kind == PollerKind.USUAL) {
            Log.logger()
                    .log(
                            System.Logger.Level.INFO,
                            "hub mode: green threads and sockets on hubs of our own (-D{0}=portable"
                                    + " for those of the JDK)",
                            Mode.PROPERTY);
        } else {
            Log.logger()
                    .log(
                            System.Logger.Level.INFO,
                            "hub mode: green threads and sockets on hubs of our own, over {0}"
                                    + " (-D{1}={2} for those of the JDK)",
                            kind.label(),
                            HubChoice.PROPERTY,
                            HubChoice.PORTABLE);
        }
    }

    /// The JDK's own poller starts virtual threads that inherit a scheduler: it must be that of a
    /// platform thread, not a hub. Where it was told to have platform threads it may begin when
    /// somebody needs it; the end of the JVM waits for a poller that waits in the kernel.
    private static void initialiseJdkPoller() {
        if ("1".equals(System.getProperty("jdk.pollerMode"))) {
            return;
        }
        Runnable initialiser =
                () -> {
                    try {
                        Class.forName("sun.nio.ch.Poller", true, null);
                    } catch (ClassNotFoundException e) {
                        Log.logger().log(System.Logger.Level.DEBUG, "this JDK has no poller", e);
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
