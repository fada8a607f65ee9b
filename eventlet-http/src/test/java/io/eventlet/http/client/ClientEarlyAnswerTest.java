// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.head;
import static io.eventlet.http.client.RawServer.ok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.http.Headers;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/// Answers that come while the body of the request is still being sent.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientEarlyAnswerTest {
    /// A body that comes as somebody gives it.
    private static final class Given extends InputStream {
        private static final byte[] END = {};

        final Event<Boolean> closed = new Event<>();
        private final GreenQueue<byte[]> pieces = GreenQueue.unbounded();

        void give(String text) {
            pieces.put(text.getBytes(US_ASCII));
        }

        void end() {
            pieces.put(END);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            var piece = pieces.get();
            if (piece == END) {
                pieces.put(END);
                return -1;
            }
            System.arraycopy(piece, 0, into, offset, piece.length);
            return piece.length;
        }

        @Override
        public void close() {
            boolean ignored = closed.trySend(true);
        }
    }

    /// Zeros without end, which tell when they are closed.
    private static final class Zeros extends InputStream {
        final Event<Boolean> closed = new Event<>();

        @Override
        public int read() {
            return 0;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return length;
        }

        @Override
        public void close() {
            boolean ignored = closed.trySend(true);
        }
    }

    private static ClientRequest put(RawServer server, InputStream body) {
        return ClientRequest.put(server.url("/")).body(RequestBody.once(body));
    }

    @Test
    void answerIsThereBeforeTheBodyHasEnded() throws Exception {
        RawServer.Script echo =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
                    for (var line = ""; !line.equals("0\r\n"); ) {
                        line = peer.readTo("\r\n");
                        peer.send(line + peer.readTo("\r\n"));
                    }
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(echo);
                var client = HttpClient.create()) {
            var body = new Given();

            try (var response = client.send(put(server, body))) {
                body.give("one");
                assertThat(response.body().readNBytes(3)).asString().isEqualTo("one");
                body.give("two");
                assertThat(response.body().readNBytes(3)).asString().isEqualTo("two");
                body.end();
                assertThat(response.body().read()).isEqualTo(-1);
            }

            assertThat(client.idle()).isEqualTo(1);
            body.closed.await();
        }
    }

    @Test
    void largeBodyPassesThroughAnEcho() throws Exception {
        int size = 16 << 20;
        RawServer.Script echo =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Content-Length: " + size));
                    var piece = new byte[65_536];
                    var in = peer.socket.getInputStream();
                    for (int left = size; left > 0; ) {
                        int n = in.read(piece, 0, Math.min(left, piece.length));
                        peer.socket.getOutputStream().write(piece, 0, n);
                        left -= n;
                    }
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(echo);
                var client = HttpClient.create()) {
            var request =
                    ClientRequest.put(server.url("/")).body(RequestBody.once(size, new Zeros()));

            try (var response = client.send(request)) {
                assertThat(response.bytes()).isEqualTo(new byte[size]);
            }

            assertThat(client.idle()).isEqualTo(1);
        }
    }

    @Test
    void errorEndsTheSendingAndTheConnection() throws Exception {
        RawServer.Script refusing =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 401 No", "Content-Length: 2") + "no");
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(refusing);
                var client = HttpClient.create()) {
            var body = new Zeros();

            try (var response = client.send(put(server, body))) {
                assertThat(response.text()).isEqualTo("no");
            }

            body.closed.await();
            assertThat(client.idle()).isZero();
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void sourceThatWaitsIsClosedWhenTheAnswerIs() throws Exception {
        try (var server = RawServer.of(RawServer.answers(ok("done")));
                var client = HttpClient.create()) {
            var body = new Given();

            try (var response = client.send(put(server, body))) {
                assertThat(response.text()).isEqualTo("done");
            }

            body.closed.await();
            assertThat(client.idle()).isZero(); // the request was not sent to its end
        }
    }

    @Test
    void sourceThatWaitsIsClosedAtTheEndOfTheAnswer() throws Exception {
        try (var server = RawServer.of(RawServer.answers(ok("done")));
                var client = HttpClient.create()) {
            var body = new Given();

            try (var response = client.send(put(server, body));
                    var _ = io.eventlet.Timeout.after(Duration.ofSeconds(50))) {
                assertThat(response.text()).isEqualTo("done");
                body.closed.await();
            }

            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void closeOfAnAnswerThatIsNotReadEndsTheSending() throws Exception {
        RawServer.Script taking =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Content-Length: 9"));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(taking);
                var client = HttpClient.create()) {
            var body = new Zeros();

            client.send(put(server, body)).close();

            body.closed.await();
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void sourceThatFailsEndsTheWaitForTheAnswer() throws Exception {
        var failure = new IOException("the disk is broken");
        var body =
                RequestBody.of(() -> {
                    throw failure;
                });
        try (var server = RawServer.of(RawServer.Peer::awaitEnd);
                var client = HttpClient.create()) {

            assertThat(
                            catchThrowable(() ->
                                    client.send(ClientRequest.put(server.url("/")).body(body))))
                    .isSameAs(failure);
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void sourceThatFailsEndsTheReadingOfTheAnswer() throws Exception {
        RawServer.Script beginning =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Content-Length: 9"));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(beginning);
                var client = HttpClient.create()) {
            var body = new ByteArrayInputStream(new byte[3]);
            var request = ClientRequest.put(server.url("/")).body(RequestBody.once(5, body));

            assertThatThrownBy(
                            () -> {
                                try (var response = client.send(request)) {
                                    response.bytes();
                                }
                            })
                    .hasMessageContaining("3 bytes");
            assertThat(client.inUse()).isZero();
        }
    }

    @Tag("hub-only") // by a clock of its own
    @Test
    void headIsAwaitedFromTheEndOfTheBodyOn() throws Exception {
        var body = new Given();
        var limit = Duration.ofSeconds(10);
        RawServer.Script silent =
                peer -> {
                    peer.readHead();
                    Eventlet.sleep(limit.multipliedBy(3));
                    body.give("x");
                    body.end();
                    peer.readTo("0\r\n\r\n");
                    peer.send(ok("in time"));
                    peer.awaitEnd();
                };
        Simulation.inOrder()
                .run(() -> {
                    try (var server = RawServer.of(silent);
                            var client = HttpClient.builder().headLimit(limit).build();
                            var response = client.send(put(server, body))) {

                        assertThat(response.text()).isEqualTo("in time");
                    }
                });
    }

    @Test
    void headThatDoesNotComeAfterTheBodyIsTooLate() throws Exception {
        var released = new Event<Boolean>();
        try (var server = RawServer.of(_ -> released.await());
                var client = HttpClient.builder().headLimit(Duration.ofMillis(20)).build()) {
            var body = new ByteArrayInputStream(new byte[3]);

            assertThatThrownBy(() -> client.send(put(server, body)))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(client.inUse()).isZero();
            released.send(true);
        }
    }

    @Test
    void killEndsSenderAndConnection() throws Exception {
        var begun = new Event<Boolean>();
        RawServer.Script taking =
                peer -> {
                    peer.readHead();
                    begun.send(true);
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(taking);
                var client = HttpClient.create()) {
            var body = new Given();
            var asking = Eventlet.spawn(() -> client.send(put(server, body)));
            begun.await();

            asking.kill();

            body.closed.await();
            assertThat(client.inUse()).isZero();
            assertThat(client.idle()).isZero();
        }
    }

    @Test
    void answerThatIsNoErrorIsLeaveToSendTheBody() throws Exception {
        RawServer.Script echo =
                peer -> {
                    while (peer.readHeadOrEnd() != null) {
                        peer.send(head("HTTP/1.1 200 OK", "Content-Length: 4"));
                        peer.send(peer.read(4));
                    }
                };
        try (var server = RawServer.of(echo);
                var client = HttpClient.create()) {
            for (var body :
                    List.of(
                            RequestBody.of("body"),
                            RequestBody.once(
                                    4, new ByteArrayInputStream("body".getBytes(US_ASCII))))) {
                var request = ClientRequest.put(server.url("/")).body(body).expectContinue();

                try (var response = client.send(request)) {
                    assertThat(response.text()).isEqualTo("body");
                }
            }
        }
    }

    @Test
    void otherProtocolBeginsBehindTheBody() throws Exception {
        RawServer.Script switching =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 101 Switching", "Upgrade: x", "Connection: Upgrade"));
                    peer.readTo("0\r\n\r\n");
                    peer.send(peer.read(5));
                };
        try (var server = RawServer.of(switching);
                var client = HttpClient.create()) {
            var body = new Given();
            var ending =
                    Eventlet.spawn(() -> {
                        body.give("a");
                        body.end();
                    });

            try (var connection = client.upgrade(put(server, body).header("Upgrade", "x"))) {
                connection.output().write("hello".getBytes(US_ASCII));
                assertThat(connection.input().readAllBytes()).asString().isEqualTo("hello");
            }
            ending.await();
        }
    }

    @Test
    void interimAnswersAreToldWhileTheBodyIsSent() throws Exception {
        var body = new Given();
        RawServer.Script hinting =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 103 Early Hints", "Link: </a>"));
                    peer.readTo("0\r\n\r\n");
                    peer.send(ok("done"));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(hinting);
                var client = HttpClient.create()) {
            var told = new ArrayDeque<String>();
            var request =
                    put(server, body)
                            .whenInformational((status, fields) -> {
                                told.add(status + " " + fields.get("Link"));
                                body.end();
                            });

            try (var response = client.send(request)) {
                assertThat(response.text()).isEqualTo("done");
            }

            assertThat(told).containsExactly("103 </a>");
        }
    }

    @Test
    void whatInterimAnswersAreToldToMayEndTheRequest() throws Exception {
        RawServer.Script hinting =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 103 Early Hints", "Link: </a>"));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(hinting);
                var client = HttpClient.create()) {
            var request =
                    ClientRequest.get(server.url("/"))
                            .whenInformational((_, _) -> {
                                throw new InterruptedIOException("no more");
                            });

            assertThatThrownBy(() -> client.send(request)).hasMessage("no more");
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void fieldsOfTheClientCanBeNone() throws Exception {
        try (var server = RawServer.of(RawServer.answers(ok("")));
                var client = HttpClient.builder().headers(Headers.empty()).build();
                var _ = client.get(server.url("/"))) {

            assertThat(server.request(0))
                    .isEqualTo(head("GET / HTTP/1.1", "Host: 127.0.0.1:" + server.port()));
        }
    }
}
