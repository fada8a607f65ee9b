// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.process;

import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/// The wish of a user or of a service manager that the command should stop: SIGINT, SIGTERM,
/// SIGHUP.
///
/// The first one asks the command to stop in good order; the second ends the process at once. The
/// JDK has no supported way to catch a signal (a shutdown hook runs when it is too late to choose
/// the exit code, and then a second signal does nothing), so JLine's one class for it is used.
public final class StopSignals implements AutoCloseable {
    private static final Map<String, Integer> NUMBERS = Map.of("INT", 2, "TERM", 15, "HUP", 1);

    private final Runnable stop;
    private final Map<String, Object> previous = new HashMap<>();
    private @Nullable String first; // guarded by this

    private StopSignals(Runnable stop) {
        this.stop = stop;
    }

    /// Runs `stop` on a platform thread of its own when the first signal comes. Close it to give
    /// the signals their former meaning back.
    public static StopSignals on(Runnable stop) {
        var signals = new StopSignals(stop);
        for (String name : NUMBERS.keySet()) {
            Object former = Signals.register(name, () -> signals.receive(name));
            if (former != null) {
                signals.previous.put(name, former);
            }
        }
        return signals;
    }

    /// What the exit code is because of a signal (130 for SIGINT, 143 for SIGTERM), or empty
    /// without one.
    public synchronized OptionalInt exitCode() {
        return first == null ? OptionalInt.empty() : OptionalInt.of(exitCodeOf(first));
    }

    /// Whether the signal was the keyboard's.
    public synchronized boolean isInterrupt() {
        return "INT".equals(first);
    }

    @Override
    public void close() {
        previous.forEach(Signals::unregister);
        previous.clear();
    }

    private void receive(String name) {
        synchronized (this) {
            if (first != null) {
                Runtime.getRuntime().halt(exitCodeOf(name));
            }
            first = name;
        }
        stop.run();
    }

    private static int exitCodeOf(String name) {
        return 128 + NUMBERS.getOrDefault(name, 0);
    }
}
