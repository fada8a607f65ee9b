// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.answers;
import static io.eventlet.http.client.RawServer.head;
import static io.eventlet.http.client.RawServer.ok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Connections that are kept, lost and limited.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientConnectionsTest {
    private static void read(HttpClient client, String url) throws IOException {
        try (var response = client.get(url)) {
            var _ = response.bytes();
        }
    }

    @Test
    void connectionThatTheServerHasClosedIsNotUsed() throws Exception {
        var closed = new Event<Boolean>();
        RawServer.Script once =
                peer -> {
                    peer.readHead();
                    peer.send(ok("a"));
                    peer.socket.close();
                    closed.send(true);
                };
        try (var server = RawServer.of(once, answers(ok("b")));
                var client = HttpClient.builder().retries(false).build()) {
            read(client, server.url("/1"));
            closed.await();

            var request = ClientRequest.post(server.url("/2")).body(new byte[] {1});
            try (var response = client.send(request)) {
                assertThat(response.text()).isEqualTo("b");
            }
        }
    }

    @Test
    void connectionOnWhichSomethingCameUnaskedIsNotUsed() throws Exception {
        var sent = new Event<Boolean>();
        RawServer.Script talker =
                peer -> {
                    peer.readHead();
                    peer.send(ok("a"));
                    peer.send(ok("nobody asked"));
                    sent.send(true);
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(talker, answers(ok("b")));
                var client = HttpClient.create()) {
            read(client, server.url("/1"));
            sent.await();

            try (var response = client.get(server.url("/2"))) {
                assertThat(response.text()).isEqualTo("b");
            }
        }
    }

    @Test
    void getIsSentAgainWhenAnIdleConnectionEndsMeanwhile() throws Exception {
        RawServer.Script dying =
                peer -> {
                    peer.readHead();
                    peer.send(ok("a"));
                    peer.readHead(); // the second request is read, and not answered
                };
        try (var server = RawServer.of(dying, answers(ok("b")));
                var client = HttpClient.create()) {
            read(client, server.url("/1"));

            try (var response = client.get(server.url("/2"))) {
                assertThat(response.text()).isEqualTo("b");
            }

            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void postIsNotSentAgainWhenItMayHaveArrived() throws Exception {
        RawServer.Script dying =
                peer -> {
                    peer.readHead();
                    peer.send(ok("a"));
                    peer.readHead();
                };
        try (var server = RawServer.of(dying, answers(ok("b")));
                var client = HttpClient.create()) {
            read(client, server.url("/1"));

            assertThatThrownBy(() -> client.send(ClientRequest.post(server.url("/2"))))
                    .isInstanceOf(EOFException.class);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void getIsNotSentAgainOnANewConnection() throws Exception {
        try (var server = RawServer.of(RawServer.Peer::readHead);
                var client = HttpClient.create()) {

            assertThatThrownBy(() -> client.get(server.url("/")))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("without an answer");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void connectionIsClosedWhenTheServerSaysSo() throws Exception {
        try (var server =
                        RawServer.of(
                                answers(
                                        head(
                                                "HTTP/1.1 200 OK",
                                                "Connection: close",
                                                "Content-Length: 0")));
                var client = HttpClient.create()) {
            read(client, server.url("/"));

            assertThat(client.idle()).isZero();
        }
    }

    @Test
    void connectionIsClosedWhenTheBodyHasNotBeenRead() throws Exception {
        RawServer.Script half =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Content-Length: 10") + "half");
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(half);
                var client = HttpClient.create()) {
            var response = client.get(server.url("/"));

            response.close();

            assertThat(client.idle()).isZero();
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void connectionIsKeptWhenTheRestHasComeAlready() throws Exception {
        try (var server = RawServer.of(answers(ok("short")));
                var client = HttpClient.create()) {
            var response = client.get(server.url("/"));

            response.close();

            assertThat(client.idle()).isEqualTo(1);
            assertThatThrownBy(() -> response.body().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void connectionThatAKillHasHitIsClosed() throws Exception {
        var asked = new Event<Boolean>();
        RawServer.Script silent =
                peer -> {
                    peer.readHead();
                    asked.send(true);
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(silent, answers(ok("b")));
                var client = HttpClient.create()) {
            var thread = Eventlet.spawn(() -> read(client, server.url("/1")));
            asked.await();

            thread.kill();
            thread.join();

            assertThat(client.idle()).isZero();
            assertThat(client.inUse()).isZero();
            try (var response = client.get(server.url("/2"))) {
                assertThat(response.text()).isEqualTo("b");
            }
        }
    }

    @Test
    void headThatDoesNotComeEndsAtItsLimit() throws Exception {
        try (var server = RawServer.of(RawServer.Peer::awaitEnd);
                var client = HttpClient.builder().headLimit(Duration.ofMillis(1)).build()) {

            assertThatThrownBy(() -> client.get(server.url("/")))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("an answer to GET " + server.url("/"));
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void bodyThatStopsEndsAtTheIdleLimit() throws Exception {
        RawServer.Script half =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Content-Length: 10") + "half");
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(half);
                var client = HttpClient.builder().idleLimit(Duration.ofMillis(1)).build();
                var response = client.get(server.url("/"))) {

            assertThatThrownBy(response::bytes)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("nothing has happened for 1 ms");
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void wholeRequestEndsAtItsLimit() throws Exception {
        RawServer.Script slow =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
                    while (true) {
                        peer.send("1\r\nx\r\n");
                        Eventlet.yield();
                    }
                };
        try (var server = RawServer.of(slow);
                var client = HttpClient.create()) {
            var request = ClientRequest.get(server.url("/")).limit(Duration.ofMillis(20));

            assertThatThrownBy(
                            () -> {
                                try (var response = client.send(request)) {
                                    var _ = response.bytes();
                                }
                            })
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void noMoreConnectionsThanAllowedAreInUse() throws Exception {
        var order = new ArrayList<Integer>();
        try (var server = RawServer.of(answers(ok("a"), ok("b"), ok("c")));
                var client = HttpClient.builder().connectionsPerHost(1).build()) {
            var first = client.get(server.url("/0"));
            var waiting = new ArrayList<GreenThread<?>>();
            for (int i = 1; i < 3; i++) {
                int number = i;
                var thread =
                        Eventlet.spawn(() -> {
                            read(client, server.url("/" + number));
                            order.add(number);
                        });
                while (!thread.thread().getState().name().endsWith("WAITING")) {
                    Eventlet.yield();
                }
                waiting.add(thread);
            }
            assertThat(server.connections()).isEqualTo(1);

            first.close();
            waiting.forEach(GreenThread::await);

            assertThat(order).isEqualTo(List.of(1, 2));
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void waitForAConnectionEndsAtTheLimitOfTheRequest() throws Exception {
        try (var server = RawServer.of(answers(ok("a")));
                var client = HttpClient.builder().connections(1).build();
                var _ = client.get(server.url("/"))) {
            var request = ClientRequest.get(server.url("/2")).limit(Duration.ofMillis(1));

            assertThatThrownBy(() -> client.send(request))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("waiting for a connection");
        }
    }

    @Test
    void idleConnectionToAnotherHostMakesRoom() throws Exception {
        try (var one = RawServer.of(answers(ok("a")));
                var other = RawServer.of(answers(ok("b")));
                var client = HttpClient.builder().connections(1).build()) {
            read(client, one.url("/"));

            read(client, other.url("/"));

            assertThat(client.idle()).isEqualTo(1);
        }
    }

    @Test
    void closingTheClientEndsReads() throws Exception {
        RawServer.Script half =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Content-Length: 10") + "half");
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(half)) {
            var client = HttpClient.create();
            var response = client.get(server.url("/"));

            client.close();

            assertThatThrownBy(response::bytes).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> client.get(server.url("/")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("closed");
        }
    }
}
