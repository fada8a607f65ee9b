// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import io.eventlet.Task;
import io.eventlet.hub.Hub;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Which hub a new thread of a patched class is on: that of the thread which makes it, unless a
/// program is run on several.
public final class Hubs {
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static volatile List<Hub> all = List.of();

    private Hubs() {}

    /// Has new threads be on one of these after another.
    public static void use(List<Hub> hubs) {
        all = hubs.size() > 1 ? List.copyOf(hubs) : List.of();
    }

    /// Runs the `main` of a program, in a green thread that keeps the JVM alive as that thread
    /// does.
    public static void runMain(Task main) throws Exception {
        var standIn = new StandIn(() -> {}, false, null);
        standIn.noteThread(Thread.currentThread());
        try (var _ = standIn.whileRunning()) {
            main.run();
        }
    }

    static Hub next() {
        var several = all;
        return several.isEmpty()
                ? Hub.current()
                : several.get(Math.floorMod(NEXT.getAndIncrement(), several.size()));
    }
}
