// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.foreign.ForeignWaits;
import io.eventlet.hub.Hub;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/// Tries whether waits in sockets and selectors of the JDK come to hubs: that the pollers could be
/// replaced proves nothing.
///
/// On a hub of its own, one green thread waits, and another sees by whom it is polled before it
/// sends what the first waits for. So no time has to pass, and a busy machine does not fail it.
final class PollerTrial {
    private static final int PATIENCE_MILLIS = 2000;

    private PollerTrial() {}

    /// Sends what a thread waits for.
    @FunctionalInterface
    private interface Sending {
        void send() throws IOException;
    }

    /// What was not as it should be, in words for the log; null if all was. Blocks for a moment,
    /// and for some seconds at most.
    static @Nullable String problem() {
        try (var hub = Hub.start("eventlet-patch-trial")) {
            return Eventlet.spawnOn(hub, PollerTrial::find).await();
        } catch (RuntimeException e) {
            return "the trial failed: " + e;
        }
    }

    private static @Nullable String find() throws IOException {
        String ofSockets = trySocket();
        return ofSockets != null ? ofSockets : trySelector();
    }

    private static @Nullable String trySocket() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                var server = listener.accept()) {
            server.setSoTimeout(PATIENCE_MILLIS);
            var reading = Eventlet.spawn(() -> server.getInputStream().read());
            return outcome(reading, "read", () -> client.getOutputStream().write(1));
        }
    }

    private static @Nullable String trySelector() throws IOException {
        var pipe = Pipe.open();
        try (var source = pipe.source();
                var sink = pipe.sink();
                var selector = Selector.open()) {
            source.configureBlocking(false);
            var ignored = source.register(selector, SelectionKey.OP_READ);
            var selecting = Eventlet.spawn(() -> selector.select(PATIENCE_MILLIS));
            return outcome(selecting, "select", () -> sink.write(ByteBuffer.allocate(1)));
        }
    }

    private static @Nullable String outcome(
            GreenThread<Integer> waiting, String wait, Sending sending) throws IOException {
        Thread.yield(); // to the one that waits then
        boolean byHub = ForeignWaits.isIn(waiting.thread());
        sending.send();
        if (!byHub) {
            waiting.kill();
            return "a " + wait + " on a hub does not wait for that hub";
        }
        try {
            int got = waiting.await();
            return got == 1 ? null : "a " + wait + " on a hub is not woken by that hub";
        } catch (TaskFailed e) {
            return "a " + wait + " on a hub fails: " + e.getCause();
        }
    }
}
