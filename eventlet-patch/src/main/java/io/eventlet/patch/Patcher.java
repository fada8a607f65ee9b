// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import io.eventlet.foreign.JdkPackages;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// Makes blocking code of others wait on hubs, without a change of it.
///
/// ```java
/// Patcher.monkeyPatch();
/// Eventlet.spawn(() -> URI.create("http://localhost/").toURL().openStream().readAllBytes());
/// ```
///
/// A green thread that blocks in a socket of the JDK parks in any case. Without patching another
/// thread of the JDK polls for it, and hands it over to its hub when there is something; patched,
/// its hub polls, as it does for sockets of ours. That costs less, and no thread beside the hub is
/// needed. Threads that are on no hub wait as before.
///
/// It may be called late: sockets that exist are patched as well, and who waits goes on waiting.
/// Thread-safe. See `docs/patching.md`.
public final class Patcher {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final List<String> EXCEPTIONS =
            List.of(
                    "threads that are on no hub of ours wait by the JDK's pollers, as do those of a"
                            + " hub whose clock is simulated",
                    "threads that a library makes itself, as java.net.http.HttpClient does for its"
                            + " selector, stay what they are");

    private static final String FILES =
            "no kernel says when a file can be read, so only another thread could wait for it,"
                + " which takes longer than a read of a file that is in memory; Eventlet.offload"
                + " runs slow ones, and the watchdog names what holds a hub";

    private static @Nullable JdkPollers pollers; // under LOCK: found, once
    private static volatile boolean patched; // written under LOCK
    private static @Nullable String problem; // under LOCK: why it could not be patched
    private static final ThreadParts THREADS = new ThreadParts(); // under LOCK

    private Patcher() {}

    /// Patches parts of the JDK, and says what has come of it: if none is named all that can be, so
    /// not those that need an agent, or `eventlet-dns`, where there is none.
    ///
    /// A part is tried when it is patched: if anything is not as expected, all is left as it was,
    /// and one line at WARNING says why, as does what is returned. It is not an error. What is
    /// patched already stays so. Blocks for a moment, and for some seconds at most if the trial
    /// fails.
    public static List<PatchState> monkeyPatch(Part... parts) {
        LOCK.lock();
        try {
            for (var part : chosen(parts)) {
                if (!isMonkeyPatched(part)) {
                    patch(part);
                }
            }
        } finally {
            LOCK.unlock();
        }
        return report();
    }

    private static List<Part> chosen(Part... parts) {
        return parts.length > 0
                ? List.of(parts)
                : Arrays.stream(Part.values()).filter(Patcher::isPossible).toList();
    }

    private static boolean isPossible(Part part) {
        return switch (part) {
            case SOCKET -> true;
            case DNS -> DnsPart.isPossible();
            case THREAD, EXECUTOR, PROCESS -> ThreadParts.arePossible();
            case FILE -> false;
        };
    }

    /// Whether a part waits on hubs.
    public static boolean isMonkeyPatched(Part part) {
        return switch (Objects.requireNonNull(part)) {
            case SOCKET -> patched;
            case DNS -> DnsPart.isPatched();
            case THREAD, EXECUTOR, PROCESS -> THREADS.isPatched(part);
            case FILE -> false;
        };
    }

    /// What is patched and what is not, what was in use before, and what keeps waiting in the JDK's
    /// way, with the reasons.
    public static List<PatchState> report() {
        LOCK.lock();
        try {
            return Arrays.stream(Part.values()).map(Patcher::state).toList();
        } finally {
            LOCK.unlock();
        }
    }

    /// Takes the patches of parts back, of all parts if none is named: the JDK's original is used
    /// from now on, also by threads that wait.
    public static void undo(Part... parts) {
        LOCK.lock();
        try {
            for (var part : chosen(parts)) {
                switch (part) {
                    case SOCKET -> undoSockets();
                    case DNS -> DnsPart.undo();
                    case THREAD, EXECUTOR, PROCESS -> THREADS.undo(part);
                    case FILE -> {} // it never is
                }
            }
        } finally {
            LOCK.unlock();
        }
    }

    // ---- under LOCK

    private static void patch(Part part) {
        var found =
                switch (part) {
                    case SOCKET -> patchSockets();
                    case DNS -> DnsPart.patch();
                    case THREAD, EXECUTOR, PROCESS -> THREADS.patch(part);
                    case FILE -> FILES;
                };
        if (part == Part.SOCKET) {
            problem = found;
        }
        if (found != null) {
            LOGGER.log(System.Logger.Level.WARNING, "{0} is not patched: {1}", part, found);
        }
    }

    /// Why sockets cannot be patched; null if they are now.
    private static @Nullable String patchSockets() {
        if (Hub.main().mode() == Mode.PORTABLE) {
            String missing = JdkPackages.missingOptions();
            return "this JVM is in portable mode, where the JDK runs green threads and polls for"
                    + " them"
                    + (missing == null ? "" : "; hub mode needs the options " + missing);
        }
        try {
            var found = pollers;
            if (found == null) {
                pollers = found = JdkPollers.find();
            }
            found.install();
            String failed = "the trial did not end";
            try {
                failed = PollerTrial.problem();
            } finally {
                if (failed != null) {
                    found.remove();
                }
            }
            patched = failed == null;
            return failed;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            LOGGER.log(System.Logger.Level.DEBUG, "sockets are not patched", e);
            return e instanceof IllegalAccessException
                    ? e.getMessage() + "; it needs the option " + option()
                    : "JDK %s is not as expected: %s".formatted(Runtime.version(), e);
        }
    }

    private static String option() {
        var module = Patcher.class.getModule();
        return "--add-opens java.base/sun.nio.ch="
                + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }

    private static void undoSockets() {
        var found = pollers;
        if (found == null || !patched) {
            return;
        }
        try {
            found.remove();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("sockets stay patched", e);
        }
        patched = false;
    }

    private static PatchState state(Part part) {
        return switch (part) {
            case SOCKET -> socketState(part);
            case DNS -> DnsPart.state();
            case THREAD, EXECUTOR, PROCESS -> THREADS.state(part);
            case FILE -> new PatchState(part, false, FILES, "the calls of the JDK", List.of());
        };
    }

    private static PatchState socketState(Part part) {
        var found = pollers;
        String before = found == null ? "the pollers of the JDK" : found.before();
        boolean isPatched = isMonkeyPatched(part);
        String now;
        if (isPatched) {
            now = "each wait is polled by the hub of the thread that waits";
        } else {
            now = problem == null ? "as before" : problem;
        }
        return new PatchState(part, isPatched, now, before, isPatched ? EXCEPTIONS : List.of());
    }
}
