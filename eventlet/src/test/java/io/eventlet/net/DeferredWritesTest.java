// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.net.server.GreenServer;
import io.eventlet.poll.PollerKind;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// Sockets that defer their writes: what users see of it.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DeferredWritesTest {
    private static final byte[] HELLO = "hello".getBytes(US_ASCII);

    private static <T> T onRing(Callable<T> body) throws IOException {
        var poller = PollerKind.IO_URING.open(Waits.PARKING, HubStrand::networkOfCaller);
        try (var hub = Hub.start("ring", Clock.system(), poller)) {
            return Eventlet.<T>spawnOn(hub, body).await();
        }
    }

    /// Has its ring know a socket: it has waited for it.
    private static void awaitByte(SocketPair pair) throws IOException {
        var reader = Eventlet.spawn(() -> pair.green().getInputStream().read());
        while (reader.thread().getState() != Thread.State.WAITING) {
            Eventlet.yield();
        }
        pair.peer().getOutputStream().write('!');
        assertThat(reader.await()).isEqualTo('!');
    }

    private static SocketPair deferring() throws IOException {
        var pair = SocketPair.open();
        awaitByte(pair);
        pair.green().setDeferredWrites(true);
        return pair;
    }

    @Test
    void whatIsWrittenComesOnEveryHub() throws Exception {
        try (var pair = SocketPair.open()) {
            pair.green().setDeferredWrites(true);

            pair.green().sendAll(HELLO);

            assertThat(pair.peer().getInputStream().readNBytes(5)).isEqualTo(HELLO);
        }
    }

    @Test
    void aSocketSaysWhetherItDefers() throws Exception {
        try (var socket = new GreenSocket()) {
            assertThat(socket.defersWrites()).isFalse();

            socket.setDeferredWrites(true);

            assertThat(socket.defersWrites()).isTrue();
        }
    }

    @Test
    @Tag("hub-only")
    void flushSendsWhatWasWritten() throws IOException {
        int available =
                onRing(() -> {
                    try (var pair = deferring()) {
                        pair.green().sendAll(HELLO);
                        assertThat(pair.peer().getInputStream().available()).isZero();

                        pair.green().getOutputStream().flush();

                        return pair.peer().getInputStream().available();
                    }
                });

        assertThat(available).isEqualTo(5);
    }

    @Test
    @Tag("hub-only")
    void whatWasDeferredIsFlushedThoughTheSocketDefersNoMore() throws IOException {
        int available =
                onRing(() -> {
                    try (var pair = deferring()) {
                        pair.green().sendAll(HELLO);

                        pair.green().setDeferredWrites(false);
                        pair.green().getOutputStream().flush();

                        return pair.peer().getInputStream().available();
                    }
                });

        assertThat(available).isEqualTo(5);
    }

    @Test
    @Tag("hub-only")
    void closeSendsWhatWasWritten() throws IOException {
        var read =
                onRing(() -> {
                    try (var pair = deferring()) {
                        pair.green().sendAll(HELLO);

                        pair.green().close();

                        return pair.peer().getInputStream().readAllBytes();
                    }
                });

        assertThat(read).isEqualTo(HELLO);
    }

    @Test
    @Tag("hub-only")
    void closeThrowsWhatNoWriteHasThrown() throws IOException {
        var pair =
                onRing(() -> {
                    var broken = deferring();
                    broken.peer().setSoLinger(true, 0);
                    broken.peer().close();
                    while (!broken.green().isPeerGone()) {
                        Eventlet.yield();
                    }
                    broken.green().sendAll(HELLO);
                    Eventlet.yield(); // the hub looks
                    return broken;
                });

        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> pair.green().close());
        assertThat(pair.green().isClosed()).isTrue();
    }

    @Test
    void aServerDefersTheWritesOfAllItsConnections() throws Exception {
        var defers = new CompletableFuture<Boolean>();
        try (var server =
                        GreenServer.builder(
                                        client -> {
                                            defers.complete(((GreenSocket) client).defersWrites());
                                            client.getInputStream()
                                                    .transferTo(client.getOutputStream());
                                        })
                                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                                .deferredWrites()
                                .start();
                var client = Eventlet.connect(server.address())) {
            client.sendAll(HELLO);

            assertThat(client.getInputStream().readNBytes(5)).isEqualTo(HELLO);
            assertThat(defers.get()).isTrue();
        }
    }
}
