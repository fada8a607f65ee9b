// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.http.Headers;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Bodies of requests that a thread of the handler's reads, while the response is sent.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class BothWaysTest {
    private final List<GreenThread<?>> readers = new ArrayList<>();
    private final AtomicReference<String> read = new AtomicReference<>("");

    @AfterEach
    void kill() {
        readers.forEach(GreenThread::kill);
    }

    private void read(Request request, int most) {
        readers.add(
                Eventlet.spawn(() -> {
                    try {
                        read.set(request.text(most));
                    } catch (IOException e) {
                        read.set(e.toString());
                    }
                }));
    }

    @Test
    void bodyIsReadWhileTheResponseIsSent() throws Exception {
        Handler handler =
                request -> {
                    read(request, 100);
                    return Response.of(200)
                            .body(out -> {
                                out.write("begin ".getBytes(StandardCharsets.US_ASCII));
                                out.flush();
                                readers.getFirst().join();
                                out.write(read.get().getBytes(StandardCharsets.US_ASCII));
                            });
                };
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send("PUT / HTTP/1.1\nHost: a\nContent-Length: 4\n\n").readTo("begin \r\n");
            client.send("body");

            assertThat(client.readTo("0\r\n\r\n")).contains("body");
            assertThat(client.send("GET / HTTP/1.1\nHost: a\n\n").readTo("begin ")).isNotEmpty();
        }
    }

    @Test
    void clientIsAskedForTheBodyByTheThreadThatReadsIt() throws Exception {
        var leave = new Event<Boolean>();
        Handler handler =
                request -> {
                    request.sendInformational(103, Headers.of("Link", "</a>"));
                    read(request, 100);
                    leave.await();
                    readers.getFirst().join();
                    return Response.text(read.get());
                };
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send("PUT / HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 4\n\n");
            var asked = client.readTo("100 Continue\r\n\r\n");
            leave.send(true);
            var answer = client.send("body").readTo("body");

            assertThat(asked).startsWith("HTTP/1.1 103 ");
            assertThat(answer).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    @Tag("hub-only") // elsewhere a kill within a read ends the connection
    void restIsDroppedWhenTheReaderHasEnded() throws Exception {
        Handler handler =
                request -> {
                    read(request, 2);
                    return Response.text("answer").whenSent(_ -> readers.getFirst().kill());
                };
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send("PUT / HTTP/1.1\nHost: a\nContent-Length: 10\n\n").readTo("answer");
            client.send("0123456789GET / HTTP/1.1\nHost: a\n\n");

            assertThat(client.readTo("answer")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void restIsTakenFromTheReaderWhenTheConnectionIsToEnd() throws Exception {
        var begun = new Event<Boolean>();
        Handler handler =
                request -> {
                    readers.add(
                            Eventlet.spawn(() -> {
                                try {
                                    request.body().readNBytes(1);
                                    begun.send(true);
                                    request.body().readAllBytes();
                                } catch (IOException e) {
                                    read.set(e.toString());
                                }
                            }));
                    begun.await();
                    return Response.text("answer");
                };
        try (var server = HttpServer.builder(handler).keepAlive(false).start();
                var client = new RawClient(server)) {
            client.send("PUT / HTTP/1.1\nHost: a\nContent-Length: 9000000\n\nx");
            var answer = client.readAll();

            client.sendExactly("y".repeat(8_000_000));
            readers.getFirst().join();

            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("answer");
            assertThat(read.get()).endsWith("the body cannot be read to its end");
        }
    }

    @Test
    void responseBeginsBehindWhatAnotherThreadSendsAheadOfIt() throws Exception {
        var mayRead = new Event<Boolean>();
        var hints = Headers.of("Link", "h".repeat(60_000));
        var count = new AtomicInteger();
        Handler handler =
                request -> {
                    readers.add(
                            Eventlet.spawn(() -> {
                                while (true) {
                                    request.sendInformational(103, hints);
                                    count.incrementAndGet();
                                }
                            }));
                    for (int before = -1, same = 0; same < 1000; same++) { // until it waits
                        same = count.get() == before ? same : 0;
                        before = count.get();
                        Eventlet.yield();
                    }
                    mayRead.send(true);
                    return Response.text("answer").header("Connection", "close");
                };
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send("GET / HTTP/1.1\nHost: a\n\n");
            mayRead.await();

            var all = client.readAll();
            var answer = all.substring(all.lastIndexOf("HTTP/1.1 "));

            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\n\nanswer");
            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(readers.getFirst()::await)
                    .withCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void responseThatCannotBeSentIsToldOf() throws Exception {
        var told = new Event<Integer>();
        Handler handler =
                _ ->
                        Response.text("x")
                                .header("Content-Length", "7")
                                .whenSent(sent -> told.send(sent.status()));
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send("GET / HTTP/1.1\nHost: a\n\n");

            assertThat(client.readAll()).startsWith("HTTP/1.1 500 ");
            assertThat(told.await()).isEqualTo(500);
        }
    }
}
