// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import com.sun.net.httpserver.spi.HttpServerProvider;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// That the JDK finds the provider, and that its own users run on it.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class LookupTest {
    private static String curl(String... words) throws Exception {
        var command =
                new java.util.ArrayList<>(java.util.List.of("curl", "-q", "-sS", "--noproxy", "*"));
        command.addAll(java.util.List.of(words));
        var curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void jdkFindsTheProvider() throws Exception {
        var plain = HttpServer.create();
        var secure = HttpsServer.create();

        assertThat(HttpServerProvider.provider()).isInstanceOf(GreenHttpServerProvider.class);
        assertThat(plain).isInstanceOf(PlainServer.class);
        assertThat(secure).isInstanceOf(SecureServer.class);
        plain.stop(0);
        secure.stop(0);
    }

    @Test
    void simpleFileServerServesFiles(@TempDir Path directory) throws Exception {
        var text = "line\n".repeat(100_000);
        Files.writeString(directory.resolve("a.txt"), text);
        var server =
                SimpleFileServer.createFileServer(
                        Site.loopback(), directory.toRealPath(), OutputLevel.NONE);
        server.start();
        try {
            var url = "http://127.0.0.1:" + server.getAddress().getPort();

            assertThat(server).isInstanceOf(PlainServer.class);
            assertThat(curl(url + "/a.txt")).isEqualTo(text);
            assertThat(curl(url + "/")).contains("<a href=\"a.txt\">a.txt</a>");
            assertThat(curl("-I", url + "/a.txt"))
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("content-length: 500000");
            assertThat(curl(url + "/none")).contains("File not found");
            assertThat(
                            curl(
                                    "-X",
                                    "POST",
                                    "-d",
                                    "a=b",
                                    "-o",
                                    "/dev/null",
                                    "-w",
                                    "%{http_code}",
                                    url))
                    .isEqualTo("405");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void simpleFileServerLogsItsRequests(@TempDir Path directory) throws Exception {
        var log = new ByteArrayOutputStream();
        var filter = SimpleFileServer.createOutputFilter(log, OutputLevel.INFO);
        var handler = SimpleFileServer.createFileHandler(directory.toRealPath());
        var server = HttpServer.create(Site.loopback(), 0, "/", handler, filter);
        server.start();
        try {
            var ignored = curl("http://127.0.0.1:%d/".formatted(server.getAddress().getPort()));
        } finally {
            server.stop(50); // when the request is logged
        }

        assertThat(log.toString(StandardCharsets.UTF_8)).contains("\"GET / HTTP/1.1\" 200 -");
    }
}
