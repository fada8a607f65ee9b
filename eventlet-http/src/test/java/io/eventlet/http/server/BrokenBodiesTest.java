// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.io.UncheckedIOException;

/// Clients that leave before the body of their request is whole, which is no fault of the server.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class BrokenBodiesTest {
    private static final String BEGINNING =
            "PUT /broken HTTP/1.1\nHost: a\nContent-Length: 4\n\nab";

    @RegisterExtension private final LoggedWarnings warnings = new LoggedWarnings("/broken");
    private final Event<Response.Sent> sent = new Event<>();

    private static String textOf(Request request) {
        try {
            return request.text(100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answerTo(Handler handler) throws Exception {
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send(BEGINNING);
            client.socket.shutdownOutput();
            return client.readAll();
        }
    }

    @Test
    void bodyThatEndsEarlyIsAnsweredWith400() throws Exception {
        var answer = answerTo(request -> Response.text(request.text(100)));

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("Connection: close\n");
        assertThat(warnings.messages()).isEmpty();
    }

    @Test
    void failureThatTheHandlerHasWrappedIsTheClientsToo() throws Exception {
        var answer = answerTo(request -> Response.text(textOf(request)));

        assertThat(answer).startsWith("HTTP/1.1 400 ");
        assertThat(warnings.messages()).isEmpty();
    }

    @Test
    void responseThatNeedsTheBodyIsCutWithoutAWarning() throws Exception {
        Handler handler =
                request ->
                        Response.of(200)
                                .body(out -> request.body().transferTo(out))
                                .whenSent(sent::send);
        try (var server = HttpServer.builder(handler).start();
                var client = new RawClient(server)) {
            client.send(BEGINNING);
            client.socket.shutdownOutput();

            assertThat(sent.await().failure()).isInstanceOf(IOException.class);
            assertThat(warnings.messages()).isEmpty();
        }
    }
}
