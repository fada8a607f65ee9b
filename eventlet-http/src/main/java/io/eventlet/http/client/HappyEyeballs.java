// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.net.GreenSocket;
import io.eventlet.queue.GreenQueue;
import io.eventlet.queue.QueueClosed;
import io.eventlet.queue.QueueEmpty;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Connects to the first of several addresses that answers (RFC 8305, 5): each is given a quarter
/// of a second, or until it fails, before the next is tried beside it.
final class HappyEyeballs {
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final List<InetAddress> addresses;
    private final int port;
    private final long deadline;
    private final Route route;
    private final GreenQueue<Object> results = GreenQueue.unbounded(); // sockets and errors
    private final List<GreenThread<?>> attempts = new ArrayList<>();

    HappyEyeballs(List<InetAddress> addresses, int port, long deadline, Route route) {
        this.addresses = addresses;
        this.port = port;
        this.deadline = deadline;
        this.route = route;
    }

    /// The families in turn, in the order in which they came (RFC 8305, 4).
    static List<InetAddress> ordered(List<InetAddress> all) {
        if (all.size() < 2) {
            return all;
        }
        var family = all.getFirst().getClass();
        var firsts = new ArrayDeque<InetAddress>();
        var others = new ArrayDeque<InetAddress>();
        for (var address : all) {
            (address.getClass() == family ? firsts : others).add(address);
        }
        var ordered = new ArrayList<InetAddress>();
        while (!firsts.isEmpty() || !others.isEmpty()) {
            for (var some : List.of(firsts, others)) {
                var next = some.poll();
                if (next != null) {
                    ordered.add(next);
                }
            }
        }
        return ordered;
    }

    GreenSocket connect() throws IOException {
        try {
            return firstConnected();
        } finally {
            endOthers();
        }
    }

    private GreenSocket firstConnected() throws IOException {
        IOException failure = null;
        int failed = 0;
        while (failed < addresses.size()) {
            if (attempts.size() < addresses.size()) {
                begin(addresses.get(attempts.size()));
            }
            switch (nextResult()) {
                case GreenSocket socket -> {
                    return socket;
                }
                case IOException e -> {
                    failed++;
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
                case null, default -> {}
            }
        }
        throw java.util.Objects.requireNonNull(failure);
    }

    private void begin(InetAddress address) {
        attempts.add(Eventlet.spawn("http-client-connect", () -> attempt(address)));
    }

    private void attempt(InetAddress address) throws IOException {
        GreenSocket socket = null;
        try {
            socket = Connector.connected(address, port, route, deadline);
            results.put(socket);
            socket = null;
        } catch (QueueClosed e) {
            // another was first
        } catch (IOException e) {
            boolean ignored = offer(e);
        } finally {
            if (socket != null) {
                socket.close();
            }
        }
    }

    private boolean offer(IOException e) {
        try {
            return results.tryPut(e);
        } catch (QueueClosed closed) {
            return false;
        }
    }

    /// A socket, an error, or null when it is time for the next address.
    private @Nullable Object nextResult() throws IOException {
        if (attempts.size() == addresses.size()) {
            return results.get(); // each attempt ends at the deadline
        }
        var left = Connector.left(deadline);
        boolean last = deadline != Waits.NEVER && left.compareTo(PAUSE) < 0;
        try {
            return results.get(last ? left : PAUSE);
        } catch (QueueEmpty e) {
            if (last) {
                throw new ConnectTimedOut("the time is over while connecting to " + route);
            }
            return null;
        }
    }

    /// One that is late closes its socket itself, or it is closed here.
    private void endOthers() throws IOException {
        for (var late : results.closeNow()) {
            if (late instanceof GreenSocket open) {
                open.close();
            }
        }
        for (var attempt : attempts) {
            attempt.kill();
        }
    }
}
