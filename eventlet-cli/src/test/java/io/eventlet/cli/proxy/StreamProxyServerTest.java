// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.net.server.GreenServer;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Connections that are passed on as they are.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class StreamProxyServerTest {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static StreamProxyServer proxy(List<String> problems, int... ports) throws IOException {
        var settings =
                new ProxySettings(
                        ANY_PORT, 1, 10, Duration.ZERO, Duration.ZERO, true, false, false, null);
        var upstreams =
                java.util.Arrays.stream(ports)
                        .mapToObj(port -> new Upstream(HttpUrl.of("http://127.0.0.1:" + port)))
                        .toList();
        var proxy = new StreamProxyServer(new Balance(upstreams), settings, problems::add);
        proxy.start();
        return proxy;
    }

    private static void shout(Socket client) throws IOException {
        var text = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        client.getOutputStream().write(text.concat("!").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bytesAndEndsPassBothWays() throws IOException {
        try (var server =
                        GreenServer.builder(StreamProxyServerTest::shout)
                                .address(ANY_PORT)
                                .start();
                var proxy = proxy(new CopyOnWriteArrayList<>(), server.port());
                var client = Eventlet.connect(proxy.address())) {
            client.sendAll("hello".getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("hello!");
        }
    }

    @Test
    void otherServerTakesTheConnectionIfOneCannotBeReached() throws IOException {
        var problems = new CopyOnWriteArrayList<String>();
        try (var silent = new Socket();
                var server =
                        GreenServer.builder(StreamProxyServerTest::shout)
                                .address(ANY_PORT)
                                .start()) {
            silent.bind(ANY_PORT);
            try (var proxy = proxy(problems, silent.getLocalPort(), server.port());
                    var client = Eventlet.connect(proxy.address())) {
                client.shutdownOutput();

                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("!");
            }
        }
        assertThat(problems).singleElement().asString().contains("cannot be reached");
    }
}
