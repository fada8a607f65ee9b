// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.hub.HubStrand;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// Listeners that this process got from the one that started it, as systemd and its kind pass them:
/// by the variables LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, sd_listen_fds(3).
///
/// ```java
/// var inherited = InheritedListeners.all();
/// GreenServerSocket listener = inherited.isEmpty() ? Eventlet.listen(8080) : inherited.getFirst();
/// ```
///
/// They stay open in the other process, so that connections wait there while this one is replaced.
/// Needs hub mode: else they cannot be taken over, and there is a `SocketException` if there are
/// any. Thread-safe.
public final class InheritedListeners {
    private static final int FIRST = 3; // SD_LISTEN_FDS_START
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static @Nullable List<Named> taken; // guarded by LOCK

    /// One with the name that it has in the other process.
    private record Named(String name, GreenServerSocket listener) {}

    private InheritedListeners() {}

    /// All, in their order; none if none were passed to this process. They are taken over the first
    /// time, and are the same afterwards.
    public static List<GreenServerSocket> all() throws IOException {
        return taken().stream().map(Named::listener).toList();
    }

    /// Those of a name, as `FileDescriptorName=` in a unit of systemd gives it.
    public static List<GreenServerSocket> named(String name) throws IOException {
        Objects.requireNonNull(name);
        return taken().stream()
                .filter(each -> each.name.equals(name))
                .map(Named::listener)
                .toList();
    }

    private static List<Named> taken() throws IOException {
        LOCK.lock();
        try {
            var known = taken;
            if (known == null) {
                known = take(System.getenv());
                taken = known;
            }
            return known;
        } finally {
            LOCK.unlock();
        }
    }

    private static List<Named> take(Map<String, String> environment) throws IOException {
        var forWhom = environment.get("LISTEN_PID");
        if (forWhom == null || !forWhom.equals(Long.toString(ProcessHandle.current().pid()))) {
            return List.of();
        }
        int count = count(environment.getOrDefault("LISTEN_FDS", "0"));
        var names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
        var all = new ArrayList<Named>();
        try {
            for (int i = 0; i < count; i++) {
                var endpoint = HubStrand.networkOfCaller().adoptListener(FIRST + i);
                var name = i < names.length ? names[i] : "";
                all.add(new Named(name, GreenServerSocket.of(endpoint)));
            }
        } catch (Throwable e) {
            for (var each : all) {
                each.listener.close();
            }
            throw e;
        }
        return List.copyOf(all);
    }

    private static int count(String text) throws IOException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IOException("LISTEN_FDS is no number: " + text, e);
        }
    }
}
