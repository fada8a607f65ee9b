// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;
import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The hubs of a server's own, which end with it.
final class ServerHubs {
    /// What throws in place of a start that fails, in tests: there is no other way to make one
    /// fail.
    static volatile @Nullable Consumer<Thread> beforeStart;

    private final Duration lastWords; // what is left on a hub has that to end
    private final List<Hub> open; // guarded by itself

    ServerHubs(List<Hub> hubs, Duration lastWords) {
        open = new ArrayList<>(hubs);
        this.lastWords = lastWords;
    }

    /// Hubs that are called by the name and a number; if pinned, each on a processor of its own.
    static ServerHubs start(int count, String name, boolean pinned, Duration lastWords) {
        var processors = pinned ? processors(count) : List.<Integer>of();
        var hubs = new ArrayList<Hub>();
        try {
            for (int i = 0; i < count; i++) {
                var hub = Hub.start(name + "-" + (i + 1));
                hubs.add(hub);
                if (pinned) {
                    hub.pin(processors.get(i));
                }
            }
            return new ServerHubs(hubs, lastWords);
        } catch (Throwable e) {
            closeAll(hubs, lastWords);
            throw e;
        }
    }

    private static List<Integer> processors(int count) {
        if (Hub.current().mode() == Mode.PORTABLE) {
            throw new UnsupportedOperationException(
                    "Cannot pin the hubs of a server: in portable mode the JDK chooses its"
                            + " threads");
        }
        var processors = Hub.processors();
        if (processors.isEmpty()) {
            throw new UnsupportedOperationException(
                    "Cannot pin the hubs of a server: only Linux is known to pin threads");
        }
        if (processors.size() < count) {
            throw new IllegalArgumentException(
                    "Cannot pin %d hubs: this process may use %d of the processors, %s"
                            .formatted(count, processors.size(), processors));
        }
        return processors;
    }

    /// Those that are not closed.
    List<Hub> list() {
        synchronized (open) {
            return List.copyOf(open);
        }
    }

    /// Closes all at once, and waits for that. One on which the caller is a handler ends with the
    /// caller.
    void close() {
        var closed = new GreenSemaphore(0);
        var hubs = take();
        var left = new ArrayList<Hub>(hubs.size()); // for which no thread can be started
        int others = 0;
        for (var hub : hubs) {
            try {
                others += beginToClose(hub, closed);
            } catch (Throwable e) {
                left.add(hub);
            }
        }
        closeAll(left, lastWords);
        while (others-- > 0) {
            closed.acquire();
        }
    }

    private List<Hub> take() {
        synchronized (open) {
            var hubs = List.copyOf(open);
            open.clear();
            return hubs;
        }
    }

    /// How many will say that it is closed: not its own thread.
    private int beginToClose(Hub hub, GreenSemaphore closed) {
        var caller = GreenThread.current();
        if (caller != null && caller.hub() == hub) {
            caller.link(_ -> close(hub));
            return 0;
        }
        var thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("closes " + hub)
                        .unstarted(() -> close(hub, closed));
        var asked = beforeStart;
        if (asked != null) {
            asked.accept(thread);
        }
        thread.start();
        return 1;
    }

    private void close(Hub hub, GreenSemaphore closed) {
        try {
            close(hub);
        } catch (Throwable e) { // such as no memory: it is for who closes the server again
            synchronized (open) {
                open.add(hub);
            }
            UncaughtErrors.report(Thread.currentThread(), e);
        } finally {
            closed.release();
        }
    }

    private void close(Hub hub) {
        boolean ignored = hub.close(lastWords);
    }

    /// Closes one after another, by the caller.
    void closeInTurn() {
        closeAll(take(), lastWords);
    }

    /// Closes one after another, whatever the others throw.
    private static void closeAll(List<Hub> hubs, Duration lastWords) {
        if (!hubs.isEmpty()) {
            try {
                boolean ignored = hubs.getFirst().close(lastWords);
            } finally {
                closeAll(hubs.subList(1, hubs.size()), lastWords);
            }
        }
    }
}
