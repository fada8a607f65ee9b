// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.http.Headers;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.client.RequestBody;
import io.eventlet.http.server.Handler;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Response;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What the proxy passes on, and to whom.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ReverseProxyTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final HttpClient client = HttpClient.create();
    private final List<String> problems = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        client.close();
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    private Upstream upstream(Handler handler) throws IOException {
        var server = HttpServer.builder(handler).address(ANY_PORT).start();
        opened.add(server);
        return at("127.0.0.1:" + server.port());
    }

    private static Upstream at(String authority) {
        return new Upstream(HttpUrl.of("http://" + authority + "/"));
    }

    /// The URL of a proxy before them.
    private String proxy(int limit, Duration patience, Duration headLimit, Upstream... upstreams)
            throws IOException {
        var behind = HttpClient.builder().headLimit(headLimit).headers(Headers.empty()).build();
        opened.add(behind);
        var proxy =
                new ReverseProxy(
                        new Balance(List.of(upstreams)),
                        behind,
                        limit,
                        patience,
                        true,
                        problems::add);
        var server = HttpServer.builder(proxy).address(ANY_PORT).start();
        opened.add(server);
        return "http://127.0.0.1:" + server.port();
    }

    private String proxy(Upstream... upstreams) throws IOException {
        return proxy(100, Duration.ofSeconds(30), Duration.ofSeconds(30), upstreams);
    }

    private String text(ClientRequest request) throws IOException {
        try (var response = client.send(request)) {
            return response.status() + " " + response.text();
        }
    }

    /// An address where nobody listens.
    private Upstream silent() throws IOException {
        var bound = new Socket();
        bound.bind(ANY_PORT);
        opened.add(bound);
        return at("127.0.0.1:" + bound.getLocalPort());
    }

    @Test
    void requestArrivesAsItWasSent() throws IOException {
        var proxy =
                proxy(
                        upstream(request ->
                                Response.text(
                                        "%s %s %s %s"
                                                .formatted(
                                                        request.method(),
                                                        request.target(),
                                                        request.header("X-A"),
                                                        request.text(100)))));

        var request =
                ClientRequest.put(proxy + "/a%2fb//c?d=%20")
                        .header("X-A", "1")
                        .body(RequestBody.of("body"));

        assertThat(text(request)).isEqualTo("200 PUT /a%2fb//c?d=%20 1 body");
    }

    @Test
    void bodiesOfUnknownLengthAreStreamedBothWays() throws IOException {
        var upstream = upstream(request -> Response.of(200).body(request.body()));
        var bytes = "x".repeat(100_000);

        var stream = new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8));
        var request = ClientRequest.post(proxy(upstream)).body(RequestBody.once(stream));

        assertThat(text(request)).isEqualTo("200 " + bytes);
    }

    @Test
    void whatComesIsPassedOnAsItComes() throws IOException {
        var seen = new Event<Boolean>();
        var proxy =
                proxy(
                        upstream(_ ->
                                Response.of(200)
                                        .body(out -> {
                                            out.write('a');
                                            out.flush();
                                            seen.await();
                                            out.write('b');
                                        })));

        try (var response = client.get(proxy)) {
            int first = response.body().read();
            seen.send(true);

            assertThat(first).isEqualTo('a');
            assertThat(response.body().read()).isEqualTo('b');
        }
    }

    @Test
    void fieldsOfTheConnectionEndThereAndTheClientIsNamed() throws IOException {
        var proxy = proxy(upstream(request -> Response.text(request.headers().toString())));

        var fields =
                text(
                        ClientRequest.get(proxy)
                                .header("Connection", "X-Private, keep-alive")
                                .header("X-Private", "1")
                                .header("TE", "trailers")
                                .header("X-Forwarded-For", "6.6.6.6"));

        assertThat(fields)
                .doesNotContain("X-Private")
                .doesNotContain("TE:")
                .contains("X-Forwarded-For: 6.6.6.6, 127.0.0.1\r\n")
                .contains("Host: " + proxy.substring(7) + "\r\n")
                .contains("Forwarded: for=127.0.0.1;host=\"" + proxy.substring(7) + "\";proto=http")
                .contains("Via: 1.1 eventlet\r\n");
    }

    @Test
    void headHasTheLengthOfTheAnswer() throws IOException {
        var proxy = proxy(upstream(_ -> Response.text("hello")));

        try (var response = client.send(ClientRequest.head(proxy))) {
            assertThat(response.headers().get("Content-Length")).isEqualTo("5");
        }
    }

    @Test
    void otherServerIsAskedIfOneCannotBeReached() throws IOException {
        var proxy = proxy(silent(), upstream(_ -> Response.text("here")));

        for (int i = 0; i < 4; i++) {
            assertThat(text(ClientRequest.get(proxy))).isEqualTo("200 here");
        }
        assertThat(problems).hasSizeLessThan(2); // it is left alone for a while
    }

    @Test
    void serversTakeTurns() throws IOException {
        var proxy = proxy(upstream(_ -> Response.text("a")), upstream(_ -> Response.text("b")));

        var answers = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            answers.add(text(ClientRequest.get(proxy)));
        }

        assertThat(answers).containsExactly("200 a", "200 b", "200 a", "200 b");
    }

    @Test
    void pathOfAnUpstreamCannotBeLeft() throws IOException {
        var server =
                HttpServer.builder(request -> Response.text(request.target()))
                        .address(ANY_PORT)
                        .start();
        opened.add(server);
        var base = new Upstream(HttpUrl.of("http://127.0.0.1:" + server.port() + "/app"));

        var proxy = proxy(base);

        assertThat(text(ClientRequest.get(proxy + "/a"))).isEqualTo("200 /app/a");
        assertThat(text(ClientRequest.get(proxy + "/%2e%2e/admin"))).startsWith("400 ");
    }

    @Test
    void nobodyBehindIsA502() throws IOException {
        assertThat(text(ClientRequest.get(proxy(silent())))).startsWith("502 ");
        assertThat(problems).singleElement().asString().contains("cannot be reached");
    }

    @Test
    void serverThatIsTooSlowIsA504() throws IOException {
        var told = new Event<Boolean>();
        var upstream =
                upstream(_ -> {
                    told.await();
                    return Response.of(204);
                });

        assertThat(text(ClientRequest.get(proxy(9, SHORT, SHORT, upstream)))).startsWith("504 ");
        told.send(true); // or closing would wait for it
    }

    @Test
    void requestsBeyondTheLimitAreA503() throws IOException {
        var entered = new GreenSemaphore(0);
        var leave = new Event<Boolean>();
        var upstream =
                upstream(_ -> {
                    entered.release();
                    leave.await();
                    return Response.text("first");
                });
        var patience = Duration.ofSeconds(1); // enough for the end of the first, once it is told
        var proxy = proxy(1, patience, Duration.ofSeconds(30), upstream);
        var first = Eventlet.spawn(() -> text(ClientRequest.get(proxy)));
        entered.acquire();

        var second = text(ClientRequest.get(proxy));
        leave.send(true);

        assertThat(second).startsWith("503 ");
        assertThat(first.await()).isEqualTo("200 first");
        assertThat(text(ClientRequest.get(proxy))).isEqualTo("200 first");
    }

    @Test
    void answerThatEndsTooEarlyIsCut() throws IOException {
        var proxy = proxy(upstream(_ -> Response.of(200).body(out -> out.write('a'), 2)));

        try (ClientResponse response = client.get(proxy)) {
            org.assertj.core.api.Assertions.assertThatExceptionOfType(IOException.class)
                    .isThrownBy(response::bytes);
        }
    }

    @Test
    void connectionsThatAreUpgradedPassThrough() throws IOException {
        var proxy =
                proxy(
                        upstream(_ ->
                                Response.upgrade(
                                        "echo",
                                        Headers.of("X-A", "1"),
                                        connection ->
                                                connection
                                                        .input()
                                                        .transferTo(connection.output()))));

        var request = ClientRequest.get(proxy).header("Upgrade", "echo");
        try (var connection = client.upgrade(request)) {
            connection.output().write("hello".getBytes(StandardCharsets.UTF_8));
            connection.socket().shutdownOutput();

            assertThat(connection.input().readAllBytes()).asString().isEqualTo("hello");
        }
    }

    @Test
    void failingServerGetsNoRequestsUntilItAnswers() throws IOException {
        var failing = upstream(_ -> Response.text("failing"));
        var proxy = proxy(failing, upstream(_ -> Response.text("sound")));
        failing.setFailing(true);

        assertThat(text(ClientRequest.get(proxy))).isEqualTo("200 sound");
        assertThat(text(ClientRequest.get(proxy))).isEqualTo("200 sound");
    }
}
