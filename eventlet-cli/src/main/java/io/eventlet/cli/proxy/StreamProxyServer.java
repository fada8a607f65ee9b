// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.Eventlet;
import io.eventlet.net.GreenSocket;
import io.eventlet.net.server.GreenServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.function.Consumer;

/// Passes connections on, byte by byte.
final class StreamProxyServer implements RunningProxy {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration REST = Duration.ofSeconds(5);

    private final Balance balance;
    private final ProxySettings settings;
    private final Consumer<String> problems;
    private @Nullable GreenServer server; // once it is started

    StreamProxyServer(Balance balance, ProxySettings settings, Consumer<String> problems) {
        this.balance = balance;
        this.settings = settings;
        this.problems = problems;
    }

    @Override
    public void start() throws IOException {
        var builder =
                GreenServer.builder(this::pass)
                        .address(settings.address())
                        .hubs(settings.hubs())
                        .concurrency(settings.limit())
                        .name("proxy");
        if (settings.tls() != null) {
            builder.tls(settings.tls());
        }
        server = builder.start();
    }

    private void pass(Socket client) throws IOException {
        var tried = new HashSet<Upstream>();
        for (var to = balance.next(tried); to != null; to = balance.next(tried)) {
            tried.add(to);
            try (var behind = connect(to)) {
                to.begin();
                try {
                    Tunnel.join(Tunnel.Side.of(client), Tunnel.Side.of(behind));
                } finally {
                    to.end();
                }
                return;
            } catch (ConnectFailed e) {
                to.rest(REST);
                problems.accept(
                        "tcp://%s cannot be reached: %s"
                                .formatted(to.url().authority(), e.getMessage()));
            }
        }
        client.setSoLinger(true, 0); // a reset, as when nobody listens
    }

    /// Nobody could connect: another one may be tried.
    private static final class ConnectFailed extends IOException {
        private static final long serialVersionUID = 1;

        ConnectFailed(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static GreenSocket connect(Upstream to) throws ConnectFailed {
        try {
            return Eventlet.connect(
                    new InetSocketAddress(to.host(), to.url().port()), CONNECT_LIMIT);
        } catch (IOException e) {
            throw new ConnectFailed(e);
        }
    }

    @Override
    public InetSocketAddress address() {
        return Objects.requireNonNull(server).address();
    }

    @Override
    public void stop(Duration grace) {
        if (server != null) {
            var ignored = server.close(grace);
        }
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
