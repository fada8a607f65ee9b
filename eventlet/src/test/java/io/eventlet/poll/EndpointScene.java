// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.AfterEach;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Callable;

/// Endpoints of a network, for tests.
abstract class EndpointScene {
    static final long NEVER = Endpoint.NEVER;

    private final Deque<Endpoint> opened = new ArrayDeque<>();

    abstract Network network();

    /// Runs something on the hub that polls for the network.
    <T> T onItsHub(Callable<T> body) {
        return Eventlet.<T>spawn(body).await();
    }

    /// Both ends of a connection.
    record Connection(Endpoint client, Endpoint server) {}

    @AfterEach
    void closeWhatWasOpened() throws IOException {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    final <E extends Endpoint> E closedAfterwards(E endpoint) {
        opened.push(endpoint);
        return endpoint;
    }

    final Endpoint open() throws IOException {
        return closedAfterwards(network().open());
    }

    final Endpoint listener(int backlog) throws IOException {
        return listener(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), backlog);
    }

    final Endpoint listener(InetSocketAddress address, int backlog) throws IOException {
        var listener = closedAfterwards(network().openListener());
        listener.bind(address.getAddress(), address.getPort());
        listener.listen(backlog);
        return listener;
    }

    final Endpoint accept(Endpoint listener) throws IOException {
        return closedAfterwards(listener.accept(NEVER));
    }

    final Endpoint connect(Endpoint listener) throws IOException {
        var client = open();
        client.connect(listener.localAddress(), NEVER);
        return client;
    }

    final Connection connection() throws IOException {
        var listener = listener(10);
        var client = connect(listener);
        return new Connection(client, accept(listener));
    }

    static void write(Endpoint to, String text) throws IOException {
        writeAll(to, text.getBytes(US_ASCII));
    }

    static void writeAll(Endpoint to, byte[] bytes) throws IOException {
        for (int written = 0; written < bytes.length; ) {
            written += to.write(bytes, written, bytes.length - written, NEVER);
        }
    }

    static String read(Endpoint from) throws IOException {
        return readBy(from, NEVER);
    }

    static String readBy(Endpoint from, long deadline) throws IOException {
        var into = new byte[100];
        int n = from.read(into, 0, into.length, deadline);
        return n < 0 ? "end" : new String(into, 0, n, US_ASCII);
    }

    static byte[] readAll(Endpoint from, int length) throws IOException {
        var bytes = new byte[length];
        for (int n = 0; n < length; ) {
            int more = from.read(bytes, n, length - n, NEVER);
            if (more < 0) {
                return Arrays.copyOf(bytes, n);
            }
            n += more;
        }
        return bytes;
    }

    static void untilReadable(Endpoint endpoint) {
        Until.holds(() -> {
            try {
                return endpoint.available() > 0;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    static long past() {
        return System.nanoTime() - 1;
    }

    static long soon() {
        return System.nanoTime() + 10_000_000;
    }

    /// A thread of the body's own that has come to wait.
    static <T> GreenThread<T> waiting(Callable<T> body) {
        var thread = Eventlet.<T>spawn(body);
        Until.waiting(thread);
        return thread;
    }

    static GreenThread<Integer> writingUntilItWaits(Endpoint to) {
        return waiting(() -> {
            var block = new byte[1 << 20];
            while (true) {
                writeAll(to, block);
            }
        });
    }

    /// Fills the backlog of a listener that does not accept.
    Endpoint firstThatTimesOut(InetSocketAddress address) throws IOException {
        while (true) {
            var client = open();
            try {
                client.connect(address, System.nanoTime() + 50_000_000);
            } catch (SocketTimeoutException e) {
                assertThat(e).hasMessage("Connect timed out: " + address);
                return client;
            }
        }
    }
}
