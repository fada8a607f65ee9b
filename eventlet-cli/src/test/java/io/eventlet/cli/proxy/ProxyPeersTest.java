// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.Headers;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.Handler;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Response;
import io.eventlet.http.server.ServerLimits;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The proxy behind curl, and before nginx.
@Timeout(120)
@ExtendWith(NoLeaks.class)
class ProxyPeersTest {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int LARGE = 64 << 20;

    private final List<AutoCloseable> opened = new ArrayList<>();
    @TempDir private Path directory;
    private Path body;

    @BeforeEach
    void write() throws IOException {
        var bytes = new byte[LARGE];
        new Random(1).nextBytes(bytes);
        body = Files.write(directory.resolve("body"), bytes);
    }

    @AfterEach
    void close() throws Exception {
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    private int serving(Handler handler) throws IOException {
        var server =
                HttpServer.builder(handler)
                        .address(ANY_PORT)
                        .limits(ServerLimits.DEFAULT.withBody(Long.MAX_VALUE))
                        .start();
        opened.add(server);
        return server.port();
    }

    private int proxyOf(int port) throws IOException {
        var client = HttpClient.builder().headers(Headers.empty()).build();
        opened.add(client);
        var upstream = new Upstream(HttpUrl.of("http://127.0.0.1:" + port));
        return serving(
                new ReverseProxy(
                        new Balance(List.of(upstream)),
                        client,
                        10,
                        Duration.ofSeconds(30),
                        true,
                        _ -> {}));
    }

    /// What it prints.
    private String curl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("curl", "-q", "-sS", "--noproxy", "*"));
        command.addAll(List.of(arguments));
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /// An nginx that passes on what comes as it comes, and no more than a bit to `/small/`.
    private int nginxBefore(int port) throws Exception {
        int own = keptPort();
        var process = nginx(own, port);
        opened.add(() -> process.destroyForcibly().waitFor());
        while (!curl("-m", "20", "http://127.0.0.1:" + own + "/").startsWith("0 bytes")) {
            assertThat(process.isAlive()).as(this::errors).isTrue();
        }
        return own;
    }

    /// A port that nobody else is given; nginx may bind it too, since who has it does not listen.
    private int keptPort() throws IOException {
        var socket = new Socket();
        opened.add(socket);
        socket.setReuseAddress(true);
        socket.bind(ANY_PORT);
        return socket.getLocalPort();
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("error.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Process nginx(int own, int port) throws IOException {
        var configuration =
                """
                daemon off; master_process off; pid pid; error_log error.log;
                events { worker_connections 64; }
                http {
                    access_log off; client_body_temp_path body-temp; proxy_temp_path proxy-temp;
                    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                    proxy_http_version 1.1; proxy_request_buffering off; proxy_buffering off;
                    server {
                        listen 127.0.0.1:OWN;
                        location / { client_max_body_size 0; proxy_pass http://127.0.0.1:PORT; }
                        location /small/ { client_max_body_size 1k; proxy_pass http://127.0.0.1:PORT; }
                    }
                }
                """
                        .replace("OWN", String.valueOf(own))
                        .replace("PORT", String.valueOf(port));
        var file = Files.writeString(directory.resolve("nginx.conf"), configuration);
        var path = Files.isExecutable(Path.of("/usr/sbin/nginx")) ? "/usr/sbin/nginx" : "nginx";
        return new ProcessBuilder(
                        path,
                        "-p",
                        directory.toString(),
                        "-c",
                        file.toString(),
                        "-e",
                        directory.resolve("error.log").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("nginx.log").toFile())
                .start();
    }

    private static Response counted(io.eventlet.http.server.Request request) throws IOException {
        return Response.text(
                request.body().transferTo(OutputStream.nullOutputStream()) + " bytes\n");
    }

    @Test
    void echoOf64MebibytesToCurl() throws Exception {
        int proxy = proxyOf(serving(request -> Response.of(200).body(request.body())));
        var echoed = directory.resolve("echoed");

        for (var field : List.of("Expect:", "Transfer-Encoding: chunked")) {
            var printed =
                    curl(
                            "-T",
                            body.toString(),
                            "-H",
                            field,
                            "-o",
                            echoed.toString(),
                            "-w",
                            "%{http_code}",
                            "http://127.0.0.1:" + proxy + "/");

            assertThat(printed).isEqualTo("200");
            assertThat(Files.mismatch(body, echoed)).isEqualTo(-1);
        }
    }

    @Test
    void bodyPassesThroughNginxAsItComes() throws Exception {
        int proxy = proxyOf(nginxBefore(serving(ProxyPeersTest::counted)));

        assertThat(curl("-T", body.toString(), "http://127.0.0.1:" + proxy + "/"))
                .isEqualTo(LARGE + " bytes\n");
    }

    @Test
    void nginxThatRefusesABodyIsHeard() throws Exception {
        int proxy = proxyOf(nginxBefore(serving(ProxyPeersTest::counted)));

        for (var field : List.of("Expect:", "X-Expects: 100-continue")) {
            var printed =
                    curl(
                            "-T",
                            body.toString(),
                            "-H",
                            field,
                            "-o",
                            "/dev/null",
                            "-w",
                            "%{http_code}",
                            "http://127.0.0.1:" + proxy + "/small/");

            assertThat(printed).startsWith("413");
        }
    }
}
