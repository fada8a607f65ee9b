// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.head;
import static io.eventlet.http.client.RawServer.ok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Event;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// Bodies of requests whose source takes long to be closed.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientSlowCloseTest {
    private final Event<Boolean> mayBeClosed = new Event<>();

    /// A text, and perhaps a failure behind it.
    private InputStream source(String text, @Nullable IOException failure) {
        var bytes = new ByteArrayInputStream(text.getBytes(US_ASCII));
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return unlessAtEnd(bytes.read());
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return unlessAtEnd(bytes.read(into, offset, length));
            }

            private int unlessAtEnd(int result) throws IOException {
                if (result < 0 && failure != null) {
                    throw failure;
                }
                return result;
            }

            @Override
            public void close() {
                mayBeClosed.await();
            }
        };
    }

    private static ClientRequest put(RawServer server, InputStream body) {
        return ClientRequest.put(server.url("/")).body(RequestBody.once(body));
    }

    @Test
    void failureOfASourceIsToldBeforeItIsClosed() throws Exception {
        var failure = new IOException("the disk is broken");
        try (var server = RawServer.of(RawServer.Peer::awaitEnd);
                var client = HttpClient.create()) {

            assertThat(catchThrowable(() -> client.send(put(server, source("", failure)))))
                    .isSameAs(failure);

            assertThat(client.inUse()).isZero();
            mayBeClosed.send(true);
        }
    }

    @Test
    void limitOfTheAnswerBeginsBeforeASourceIsClosed() throws Exception {
        RawServer.Script silent =
                peer -> {
                    peer.readHead();
                    peer.readTo("0\r\n\r\n");
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(silent);
                var client = HttpClient.builder().headLimit(Duration.ofMillis(20)).build()) {

            assertThatThrownBy(() -> client.send(put(server, source("text", null))))
                    .isInstanceOf(SocketTimeoutException.class);

            assertThat(client.inUse()).isZero();
            mayBeClosed.send(true);
        }
    }

    @Test
    void otherProtocolBeginsBeforeASourceIsClosed() throws Exception {
        RawServer.Script switching =
                peer -> {
                    peer.readHead();
                    peer.readTo("0\r\n\r\n");
                    peer.send(head("HTTP/1.1 101 Switching", "Upgrade: x", "Connection: Upgrade"));
                    peer.send(peer.read(5));
                };
        try (var server = RawServer.of(switching);
                var client = HttpClient.create()) {
            var request = put(server, source("text", null)).header("Upgrade", "x");

            try (var connection = client.upgrade(request)) {
                connection.output().write("hello".getBytes(US_ASCII));
                assertThat(connection.input().readAllBytes()).asString().isEqualTo("hello");
            }

            mayBeClosed.send(true);
        }
    }

    @Test
    void connectionIsKeptBeforeASourceIsClosed() throws Exception {
        RawServer.Script reading =
                peer -> {
                    peer.readHead();
                    peer.readTo("0\r\n\r\n");
                    peer.send(ok("done"));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(reading);
                var client = HttpClient.create()) {

            try (var response = client.send(put(server, source("", null)))) {
                assertThat(response.text()).isEqualTo("done");
            }

            assertThat(client.idle()).isEqualTo(1);
            mayBeClosed.send(true);
        }
    }
}
