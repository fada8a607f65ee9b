// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// What is written of each request.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class AccessLogTest {
    private static String logged(AccessLogFormat format, String... requests) throws IOException {
        var lines = new ByteArrayOutputStream();
        try (var log = AccessLogWriter.open(format, lines);
                var server =
                        HttpServer.builder(_ -> Response.text("hello")).accessLog(log).start()) {
            for (var request : requests) {
                RawClient.ask(server, request);
            }
        }
        return lines.toString(StandardCharsets.UTF_8);
    }

    @Test
    void commonFormatIsApaches() throws IOException {
        assertThat(
                        logged(
                                AccessLogFormat.COMMON,
                                "GET /a?b HTTP/1.1\nHost: a\nConnection: close\n\n"))
                .matches("127\\.0\\.0\\.1 - - \\[[^]]+ \\+0000] \"GET /a\\?b HTTP/1\\.1\" 200 5\n");
    }

    @Test
    void combinedFormatHasRefererAndAgentEscaped() throws IOException {
        assertThat(
                        logged(
                                AccessLogFormat.COMBINED,
                                "HEAD / HTTP/1.0\nReferer: http://a/\nUser-Agent: \"x\u00e9\n\n"))
                .endsWith("\"HEAD / HTTP/1.0\" 200 - \"http://a/\" \"\\\"x\\xe9\"\n");
    }

    @Test
    void jsonHasEverything() throws IOException {
        assertThat(logged(AccessLogFormat.JSON, "GET / HTTP/1.0\nReferer: \"\n\n"))
                .matches(
                        "\\{\"time\":\"[^\"]+Z\",\"client\":\"127.0.0.1\",\"method\":\"GET\",\"target\":\"/\",\"version\":\"HTTP/1.0\",\"status\":200,\"bytes\":5,\"seconds\":[0-9.E-]+,\"referer\":\"\\\\\"\",\"agent\":null,\"failure\":null}\n");
    }

    @Test
    void whatIsNoRequestIsLoggedToo() throws IOException {
        assertThat(logged(AccessLogFormat.COMMON, "nonsense\n\n")).contains("\"-\" 400 ");
    }

    @Test
    void linesOfStreamThatFailsAreCounted() throws IOException {
        var broken =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("full");
                    }
                };
        var log = AccessLogWriter.open(AccessLogFormat.COMMON, broken);
        try (log;
                var server = HttpServer.builder(_ -> Response.text("x")).accessLog(log).start()) {
            RawClient.ask(server, "GET / HTTP/1.0\n\n");
        }

        assertThat(log.dropped()).isEqualTo(1);
    }

    @Test
    void logThatThrowsEndsNoConnection() throws Exception {
        var told = new AtomicInteger();
        Handler handler = _ -> Response.text("hello").whenSent(_ -> told.incrementAndGet());
        AccessLog log =
                _ -> {
                    throw new IllegalStateException("no log");
                };
        try (var server = HttpServer.builder(handler).accessLog(log).start();
                var client = new RawClient(server)) {
            client.send("GET / HTTP/1.1\nHost: a\n\n").readTo("hello");
            client.send("GET / HTTP/1.1\nHost: a\n\n").readTo("hello");
            var refused = client.send("nonsense\n\n").readAll();

            assertThat(refused).startsWith("HTTP/1.1 400 ");
            assertThat(told).hasValue(2);
        }
    }
}
