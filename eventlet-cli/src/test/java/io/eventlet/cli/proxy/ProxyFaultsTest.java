// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.http.Headers;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.server.HttpServer;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The proxy between a client and a server that do not behave.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ProxyFaultsTest {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /// What a server does on each connection.
    private interface Script {
        void run(Socket socket) throws IOException;
    }

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<GreenThread<?>> threads = new ArrayList<>();
    private final HttpClient client =
            HttpClient.builder().headers(Headers.empty()).connections(1).build();
    private Script script = _ -> {};
    private HttpServer proxy;

    @BeforeEach
    void open() throws IOException {
        var listener = new GreenServerSocket();
        listener.bind(ANY_PORT);
        threads.add(
                Eventlet.spawn(() -> {
                    while (true) {
                        var socket = listener.accept();
                        opened.add(socket);
                        threads.add(Eventlet.spawn(() -> serve(socket)));
                    }
                }));
        opened.add(listener);
        opened.add(client);
        var upstream = new Upstream(HttpUrl.of("http://127.0.0.1:" + listener.getLocalPort()));
        var handler =
                new ReverseProxy(
                        new Balance(List.of(upstream)),
                        client,
                        1,
                        Duration.ofSeconds(30),
                        true,
                        _ -> {});
        proxy = HttpServer.builder(handler).address(ANY_PORT).start();
        opened.add(proxy);
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(socket);
        } catch (IOException e) {
            // the proxy has gone
        }
    }

    @AfterEach
    void close() throws Exception {
        threads.forEach(GreenThread::kill);
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    private static void send(Socket socket, String lines) throws IOException {
        socket.getOutputStream()
                .write(lines.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String readTo(Socket socket, String end) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new IOException("ended after " + text);
            }
            text.append((char) b);
        }
        return text.toString();
    }

    @Test
    void clientThatGoesBeforeTheOtherProtocolBeginsKeepsNoConnection() throws Exception {
        var switched = new Event<Boolean>();
        script =
                socket -> {
                    readTo(socket, "012");
                    send(socket, "HTTP/1.1 101 Yes\nConnection: Upgrade\nUpgrade: echo\n\n");
                    switched.send(true);
                    while (socket.getInputStream().read() >= 0) {}
                };
        try (var asking = new GreenSocket(InetAddress.getLoopbackAddress(), proxy.port())) {
            send(
                    asking,
                    """
                    GET / HTTP/1.1
                    Host: a
                    Connection: Upgrade
                    Upgrade: echo
                    Content-Length: 10

                    012\
                    """);
            switched.await();
            asking.shutdownOutput();
            while (asking.getInputStream().read() >= 0) {}
        }

        script =
                socket -> {
                    readTo(socket, "\r\n\r\n");
                    send(socket, "HTTP/1.1 200 OK\nContent-Length: 5\n\nagain");
                };
        try (var other = new GreenSocket(InetAddress.getLoopbackAddress(), proxy.port())) {
            send(other, "GET / HTTP/1.1\nHost: a\n\n");

            assertThat(readTo(other, "again")).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void fieldsOfAHeadDoNotPassAsTrailers() throws Exception {
        var trailers =
                """
                X-Forwarded-For: 10.0.0.1
                x-forwarded-proto: https
                Forwarded: for=10.0.0.1
                Host: b
                Authorization: Basic eA==
                Cookie: a=b
                Max-Forwards: 9
                Sum: 1

                """;
        var passed = new Event<String>();
        script =
                socket -> {
                    readTo(socket, "\r\n\r\n");
                    passed.send(readTo(socket, "Sum: 1\r\n\r\n"));
                    send(
                            socket,
                            "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\ny\n0\n" + trailers);
                };
        try (var asking = new GreenSocket(InetAddress.getLoopbackAddress(), proxy.port())) {
            send(
                    asking,
                    "PUT / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n1\nx\n0\n" + trailers);

            var answer = readTo(asking, "Sum: 1\r\n\r\n");

            assertThat(passed.await()).isEqualTo("1\r\nx\r\n0\r\nSum: 1\r\n\r\n");
            assertThat(answer).endsWith("\r\n\r\n1\r\ny\r\n0\r\nSum: 1\r\n\r\n");
        }
    }
}
