// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.head;
import static io.eventlet.http.client.RawServer.ok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.http.Headers;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// Bodies of requests.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientUploadTest {
    private final AtomicReference<String> received = new AtomicReference<>("");

    private RawServer.Script reading(int length, String answer) {
        return peer -> {
            peer.readHead();
            received.set(peer.read(length));
            peer.send(answer);
            peer.awaitEnd();
        };
    }

    /// So many zeros, none of which is kept.
    private static RequestBody large(int length) {
        return RequestBody.of(
                length,
                () ->
                        new InputStream() {
                            @Override
                            public int read() {
                                return 0;
                            }

                            @Override
                            public int read(byte[] into, int offset, int count) {
                                return count;
                            }
                        });
    }

    private static @Nullable Throwable failure(HttpClient client, ClientRequest request) {
        return catchThrowable(() -> client.send(request));
    }

    @Test
    void streamOfKnownLengthHasIt() throws Exception {
        try (var server = RawServer.of(reading(100_000, ok("")));
                var client = HttpClient.create()) {

            try (var _ = client.send(ClientRequest.put(server.url("/")).body(large(100_000)))) {
                assertThat(server.request(0)).contains("Content-Length: 100000\r\n");
            }

            assertThat(received.get()).hasSize(100_000);
            assertThat(client.idle()).isEqualTo(1);
        }
    }

    @Test
    void fileIsSent(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("f"), "of a file");
        try (var server = RawServer.of(reading(9, ok("")));
                var client = HttpClient.create();
                var _ =
                        client.send(
                                ClientRequest.put(server.url("/")).body(RequestBody.of(file)))) {

            assertThat(received).hasValue("of a file");
        }
    }

    @Test
    void formIsEncoded() throws Exception {
        try (var server = RawServer.of(reading(10, ok("")));
                var client = HttpClient.create();
                var _ =
                        client.send(
                                ClientRequest.post(server.url("/"))
                                        .body(RequestBody.form(Map.of("a b", "ä"))))) {

            assertThat(received).hasValue("a+b=%C3%A4");
            assertThat(server.request(0))
                    .contains("Content-Type: application/x-www-form-urlencoded\r\n");
        }
    }

    @Test
    void streamThatIsTooShortIsAnError() throws Exception {
        try (var server = RawServer.of(RawServer.Peer::awaitEnd);
                var client = HttpClient.create()) {
            var body = RequestBody.once(5, new ByteArrayInputStream(new byte[3]));

            assertThatThrownBy(() -> client.send(ClientRequest.put(server.url("/")).body(body)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("3 bytes");
            assertThat(client.inUse()).isZero();
            assertThat(client.idle()).isZero();
        }
    }

    @Test
    void trailersFollowTheBody() throws Exception {
        var chunks = "2\r\nab\r\n0\r\nSum: 3\r\n\r\n";
        try (var server = RawServer.of(reading(chunks.length(), ok("")));
                var client = HttpClient.create();
                var _ =
                        client.send(
                                ClientRequest.put(server.url("/"))
                                        .body(RequestBody.of("ab"))
                                        .trailers(() -> Headers.of("Sum", "3")))) {

            assertThat(received).hasValue(chunks);
        }
    }

    @Test
    void bodyWaitsForLeaveIfThatIsAskedFor() throws Exception {
        RawServer.Script polite =
                peer -> {
                    assertThat(peer.readHead()).contains("Expect: 100-continue\r\n");
                    assertThat(peer.socket.getInputStream().available()).isZero();
                    peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                    received.set(peer.read(2));
                    peer.send(ok("done"));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(polite);
                var client = HttpClient.builder().continueLimit(Duration.ZERO).build()) {
            var request =
                    ClientRequest.put(server.url("/")).body(RequestBody.of("ab")).expectContinue();

            try (var response = client.send(request)) {
                assertThat(response.text()).isEqualTo("done");
            }

            assertThat(received).hasValue("ab");
            assertThat(client.idle()).isEqualTo(1);
        }
    }

    @Test
    void bodyIsNotSentWhenItIsNotWanted() throws Exception {
        RawServer.Script refusing =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 413 Too Large", "Content-Length: 0"));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(refusing);
                var client = HttpClient.create()) {
            var request = ClientRequest.put(server.url("/")).body(large(10)).expectContinue();

            try (var response = client.send(request)) {
                assertThat(response.status()).isEqualTo(413);
            }

            assertThat(client.idle()).isZero();
        }
    }

    @Test
    void bodyIsSentWhenNoLeaveComes() throws Exception {
        try (var server = RawServer.of(reading(2, ok("done")));
                var client = HttpClient.builder().continueLimit(Duration.ofMillis(1)).build();
                var response =
                        client.send(
                                ClientRequest.put(server.url("/"))
                                        .body(RequestBody.of("ab"))
                                        .expectContinue())) {

            assertThat(response.text()).isEqualTo("done");
        }
    }

    @Tag("hub-only") // by a clock of its own
    @Test
    void limitHoldsWhileLeaveIsAwaited() throws Exception {
        Simulation.inOrder()
                .run(() -> {
                    try (var server = RawServer.of(RawServer.Peer::awaitEnd);
                            var client =
                                    HttpClient.builder()
                                            .continueLimit(Duration.ofSeconds(2))
                                            .build()) {
                        var request =
                                ClientRequest.put(server.url("/"))
                                        .body(large(10))
                                        .expectContinue()
                                        .limit(Duration.ofSeconds(1));

                        assertThat(failure(client, request))
                                .isInstanceOf(SocketTimeoutException.class)
                                .hasMessageContaining("leave to send a body");
                        assertThat(client.inUse()).isZero();
                    }
                });
    }

    @Tag("hub-only") // by a clock of its own
    @Test
    void bodyIsSentWhenNoLeaveComesBehindHints() throws Exception {
        RawServer.Script hinting =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 103 Early Hints", "Link: </a>"));
                    received.set(peer.read(2));
                    peer.send(ok("done"));
                    peer.awaitEnd();
                };
        Simulation.inOrder()
                .run(() -> {
                    try (var server = RawServer.of(hinting);
                            var client =
                                    HttpClient.builder()
                                            .continueLimit(Duration.ofSeconds(1))
                                            .headLimit(Duration.ofSeconds(10))
                                            .build()) {
                        var request =
                                ClientRequest.put(server.url("/"))
                                        .body(RequestBody.of("ab"))
                                        .expectContinue();

                        try (var response = client.send(request)) {
                            assertThat(response.text()).isEqualTo("done");
                        }
                    }
                });

        assertThat(received).hasValue("ab");
    }

    @Test
    void leaveThatComesBehindHintsIsLeave() throws Exception {
        RawServer.Script hinting =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 102 Processing") + head("HTTP/1.1 103 Early Hints"));
                    peer.send(head("HTTP/1.1 100 Continue"));
                    received.set(peer.read(2));
                    peer.send(ok("done"));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(hinting);
                var client = HttpClient.builder().continueLimit(Duration.ZERO).build()) {
            var told = new ArrayList<Integer>();
            var request =
                    ClientRequest.put(server.url("/"))
                            .body(RequestBody.of("ab"))
                            .expectContinue()
                            .whenInformational((status, _) -> told.add(status));

            try (var response = client.send(request)) {
                assertThat(response.text()).isEqualTo("done");
            }

            assertThat(told).containsExactly(102, 103, 100);
            assertThat(received).hasValue("ab");
        }
    }

    @Test
    void answerThatComesBeforeTheBodyHasBeenSentIsRead() throws Exception {
        RawServer.Script refusing =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 413 Too Large", "Content-Length: 4") + "stop");
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(refusing);
                var client = HttpClient.create();
                var response =
                        client.send(
                                ClientRequest.put(server.url("/")).body(large(1_000_000_000)))) {

            assertThat(response.status()).isEqualTo(413);
            assertThat(response.text()).isEqualTo("stop");
            assertThat(client.idle()).isZero();
        }
    }

    @Test
    void answerIsReadAlsoWhenTheServerStopsReading() throws Exception {
        RawServer.Script refusing =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 413 Too Large", "Connection: close") + "stop");
                    peer.socket.shutdownInput();
                    peer.socket.shutdownOutput();
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(refusing);
                var client = HttpClient.create();
                var response =
                        client.send(
                                ClientRequest.put(server.url("/")).body(large(1_000_000_000)))) {

            assertThat(response.status()).isEqualTo(413);
        }
    }

    @Test
    @Tag("hub-only") // elsewhere a limit on a write closes the socket; and by a clock of its own
    void answerOfAServerThatTakesNoMoreIsReadAtTheIdleLimit() throws Exception {
        var released = new Event<Boolean>();
        RawServer.Script stopping =
                peer -> {
                    peer.readHead();
                    peer.read(100_000);
                    peer.send(head("HTTP/1.1 413 Too Large", "Content-Length: 0"));
                    released.await();
                };
        Simulation.inOrder()
                .run(() -> {
                    try (var server = RawServer.of(stopping);
                            var client =
                                    HttpClient.builder().idleLimit(Duration.ofSeconds(1)).build()) {
                        var request = ClientRequest.put(server.url("/")).body(large(1_000_000_000));

                        try (var response = client.send(request)) {
                            assertThat(response.status()).isEqualTo(413);
                        }

                        released.send(true);
                    }
                });
    }

    @Test
    void serverThatTakesNothingEndsTheRequestAtTheIdleLimit() throws Exception {
        var released = new Event<Boolean>();
        try (var server = RawServer.of(_ -> released.await());
                var client = HttpClient.builder().idleLimit(Duration.ofMillis(50)).build()) {
            var request = ClientRequest.put(server.url("/")).body(large(1_000_000_000));

            assertThat(Eventlet.spawn(() -> failure(client, request)).await())
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(client.inUse()).isZero();
            released.send(true);
        }
    }

    /// So many bytes, with a pause before each and at the end.
    private static InputStream trickle(int bytes, Duration pause) {
        return new InputStream() {
            private int left = bytes;

            @Override
            public int read() {
                Eventlet.sleep(pause);
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] into, int offset, int count) {
                into[offset] = 'x';
                return read() < 0 ? -1 : 1;
            }
        };
    }

    @Tag("hub-only") // by a clock of its own
    @Test
    void answerMayBeSilentAsLongAsTheBodyIsSent() throws Exception {
        RawServer.Script late =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Content-Length: 4"));
                    peer.readTo("0\r\n\r\n");
                    peer.send("done");
                    peer.awaitEnd();
                };
        var limit = Duration.ofSeconds(10);
        var body = RequestBody.once(trickle(5, limit.dividedBy(2)));
        Simulation.inOrder()
                .run(() -> {
                    try (var server = RawServer.of(late);
                            var client = HttpClient.builder().idleLimit(limit).build();
                            var response =
                                    client.send(ClientRequest.put(server.url("/")).body(body))) {

                        assertThat(response.text()).isEqualTo("done");
                    }
                });
    }

    @Test
    void silenceOfAnswerAndBodyEndsAtTheIdleLimit() throws Exception {
        RawServer.Script silent =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Content-Length: 4"));
                    peer.awaitEnd();
                };
        var never = new Event<Boolean>();
        var body =
                new InputStream() {
                    @Override
                    public int read() {
                        never.await();
                        return -1;
                    }

                    @Override
                    public int read(byte[] into, int offset, int count) {
                        return read();
                    }
                };
        try (var server = RawServer.of(silent);
                var client = HttpClient.builder().idleLimit(Duration.ofMillis(20)).build();
                var response =
                        client.send(
                                ClientRequest.put(server.url("/")).body(RequestBody.once(body)))) {

            assertThatThrownBy(response::bytes).isInstanceOf(SocketTimeoutException.class);
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void sourceThatIsSlowEndsTheRequestAtItsLimit() throws Exception {
        var slow =
                RequestBody.of(() -> {
                    Eventlet.sleep(Duration.ofHours(1));
                    return new ByteArrayInputStream("x".getBytes(StandardCharsets.US_ASCII));
                });
        try (var server = RawServer.of(RawServer.Peer::awaitEnd);
                var client = HttpClient.create()) {
            var request =
                    ClientRequest.put(server.url("/")).body(slow).limit(Duration.ofMillis(20));

            assertThat(Eventlet.spawn(() -> failure(client, request)).await())
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void framingOfTheCallerIsRefused() {
        assertThatThrownBy(() ->
                        ClientRequest.post("http://a/").headers(Headers.of("Content-Length", "3")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
