// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.http.Headers;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Requests that come before the responses to those in front of them have gone.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class PipelineTest {
    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\nHost: a\n\n";
    }

    @Test
    void responseGoesOutBeforeTheNextHandlerWaits() throws Exception {
        var seen = new CountDownLatch(1);
        Handler handler =
                request -> {
                    if (request.path().equals("/slow")) {
                        seen.await();
                    }
                    return Response.text("that was " + request.path());
                };
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send(get("/quick") + get("/slow"));

            var first = client.readTo("that was /quick");
            seen.countDown();

            assertThat(first).startsWith("HTTP/1.1 200 OK");
            assertThat(client.readTo("that was /slow")).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    @Tag("hub-only") // elsewhere the connection's thread does not have to wait for others to run
    void responsesToRequestsThatCameTogetherGoOutTogether() throws Exception {
        var early = new AtomicInteger();
        var client = new AtomicReference<RawClient>();
        Handler handler =
                request -> {
                    early.addAndGet(client.get().socket.getInputStream().available());
                    return Response.text("that was " + request.path());
                };
        try (var server = HttpServer.builder(handler).start();
                var opened = new RawClient(server)) {
            client.set(opened);
            opened.send(get("/1") + get("/2") + get("/3"));

            var all = opened.readTo("that was /3");

            assertThat(all).contains("that was /1", "that was /2");
            assertThat(early).hasValue(0);
        }
    }

    @Test
    void moreResponsesThanABufferHoldsAllArriveInTheirOrder() throws Exception {
        var text = "x".repeat(1000);
        try (var server =
                        HttpServer.builder(request -> Response.text(text + request.path()))
                                .start();
                var client = new RawClient(server)) {
            var requests = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                requests.append(get("/" + i));
            }

            client.send(requests.toString());

            for (int i = 0; i < 100; i++) {
                assertThat(client.readTo(text + "/" + i)).startsWith("HTTP/1.1 200 OK");
            }
        }
    }

    @Test
    void handlerIsToldThatAResponseWasSentWhenItWas() throws Exception {
        var told = new CountDownLatch(1);
        Handler handler =
                request ->
                        request.path().equals("/1")
                                ? Response.text("first").whenSent(_ -> told.countDown())
                                : Response.text("told " + told.getCount());
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send(get("/1") + get("/2"));

            assertThat(client.readTo("first")).startsWith("HTTP/1.1 200 OK");
            assertThat(client.readTo("told 0")).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void serverStopsWhileResponsesAreHeldForAClientThatReadsNothing() throws Exception {
        var waiting = new CountDownLatch(1);
        var big = new byte[8000]; // less than a buffer
        Handler handler =
                request -> {
                    if (request.path().equals("/last")) {
                        waiting.countDown();
                        Eventlet.sleep(Duration.ofDays(1));
                    }
                    return Response.of(200).body(big);
                };
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send(get("/1") + get("/last"));
            waiting.await();

            var stopped = server.stop(Duration.ZERO);

            assertThat(stopped.cut()).isEqualTo(1);
        }
    }

    @Test
    void informationalResponseFollowsTheResponsesBeforeIt() throws Exception {
        Handler handler =
                request -> {
                    if (request.path().equals("/2")) {
                        request.sendInformational(103, Headers.of("Link", "</a>"));
                    }
                    return Response.text("that was " + request.path());
                };
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send(get("/1") + get("/2"));

            assertThat(client.readTo("that was /2"))
                    .containsSubsequence("that was /1", "HTTP/1.1 103", "HTTP/1.1 200");
        }
    }

    @Test
    void responseGoesOutBeforeTheNextBodyIsWaitedFor() throws Exception {
        Handler handler =
                request ->
                        Response.text(
                                new String(request.body().readAllBytes(), StandardCharsets.UTF_8));
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send("POST / HTTP/1.1\nHost: a\nContent-Length: 5\n\nfirst");
            client.send("POST / HTTP/1.1\nHost: a\nContent-Length: 6\n\nsec");

            var first = client.readTo("first");
            client.send("ond");

            assertThat(first).startsWith("HTTP/1.1 200 OK");
            assertThat(client.readTo("second")).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void responseGoesOutBeforeTheRestOfTheNextHeadIsWaitedFor() throws Exception {
        try (var server =
                        HttpServer.builder(request -> Response.text("that was " + request.path()))
                                .start();
                var client = new RawClient(server)) {
            client.send(get("/1") + "GET /2 HT");

            var first = client.readTo("that was /1");
            client.send("TP/1.1\nHost: a\n\n");

            assertThat(first).startsWith("HTTP/1.1 200 OK");
            assertThat(client.readTo("that was /2")).startsWith("HTTP/1.1 200 OK");
        }
    }
}
