// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.run;

import io.eventlet.Eventlet;
import io.eventlet.TaskFailed;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.patch.Part;
import io.eventlet.patch.Patcher;
import io.eventlet.patch.calls.Hubs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// What `bin/eventlet run` starts: patches the JDK, then runs the `main` of a program that knows
/// nothing of it, in a green thread.
///
/// Its arguments are the name of the main class and those of the program. Settings are system
/// properties: `eventlet.run.patch` (parts, separated by commas; all if it is missing),
/// `eventlet.run.hubs` (1), and `eventlet.run.report` (true to print what was patched when the JVM
/// ends).
public final class RunProgram {
    private static final int MISUSED = 2;

    private RunProgram() {}

    public static void main(String[] args) {
        String name = args[0];
        Class<?> program = load(name);
        var entry = EntryPoint.of(program);
        if (entry == null) {
            throw misuse("class " + name + " has no main method");
        }
        patch();
        var hubs = hubs();
        if (Boolean.getBoolean("eventlet.run.report")) {
            Runtime.getRuntime().addShutdownHook(new Thread(RunProgram::report));
        }
        var rest = Arrays.copyOfRange(args, 1, args.length);
        Hubs.use(hubs);
        var main =
                Eventlet.spawn(() -> {
                    Thread.currentThread().setName("main");
                    Hubs.runMain(() -> entry.run(rest));
                });
        try {
            main.await();
        } catch (TaskFailed e) {
            RunProgram.<RuntimeException>rethrow(Objects.requireNonNull(e.getCause()));
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ClassLoader.getSystemClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw misuse("class " + name + " cannot be loaded: " + e);
        }
    }

    private static void patch() {
        String wanted = System.getProperty("eventlet.run.patch", "");
        if (wanted.isEmpty()) {
            var _ = Patcher.monkeyPatch();
            return;
        }
        var parts = new ArrayList<Part>();
        for (var name : wanted.split(",", -1)) {
            parts.add(part(name.strip()));
        }
        var _ = Patcher.monkeyPatch(parts.toArray(Part[]::new));
    }

    private static void report() {
        Patcher.report().forEach(System.err::print);
    }

    private static Part part(String name) {
        return Arrays.stream(Part.values())
                .filter(part -> part.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() ->
                        misuse(
                                "no part of the JDK is called '%s'; there are %s"
                                        .formatted(
                                                name,
                                                Arrays.toString(Part.values())
                                                        .toLowerCase(Locale.ROOT))));
    }

    private static List<Hub> hubs() {
        int count = Integer.getInteger("eventlet.run.hubs", 1);
        var hubs = new ArrayList<Hub>();
        hubs.add(Hub.main());
        for (int i = 2; i <= count; i++) {
            hubs.add(Hub.start("hub " + i));
        }
        return hubs;
    }

    /// Thrown out of `main`, as if that were the program's: the JVM prints it, waits for threads
    /// that are no daemons, and ends with status 1.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void rethrow(Throwable error) throws E {
        if (!(error instanceof Cancelled)) {
            throw (E) error;
        }
    }

    private static Error misuse(String message) {
        System.err.println("eventlet run: " + message);
        System.exit(MISUSED);
        return new AssertionError();
    }
}
