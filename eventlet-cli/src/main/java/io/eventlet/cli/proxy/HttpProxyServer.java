// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.cli.web.WebClient;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.AccessLog;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.ServerLimits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/// A [ReverseProxy] with its server, its client and its checks.
final class HttpProxyServer implements RunningProxy {
    private static final Duration NO_LIMIT = Duration.ofDays(365);

    private final Balance balance;
    private final ProxySettings settings;
    private final @Nullable String health;
    private final Duration healthEvery;
    private final Consumer<String> lines;
    private final HttpClient client;
    private final HttpClient checking; // who has to wait for nobody
    private @Nullable HttpServer server; // once it is started
    private @Nullable GreenThread<?> checks;

    HttpProxyServer(
            Balance balance,
            ProxySettings settings,
            @Nullable String health,
            Duration healthEvery,
            Consumer<String> lines) {
        this.balance = balance;
        this.settings = settings;
        this.health = health;
        this.healthEvery = healthEvery;
        this.lines = lines;
        client = WebClient.passing(settings.limit(), settings.timeout(), settings.insecure());
        checking = WebClient.of(1, settings.insecure());
    }

    @Override
    public void start() throws IOException {
        var proxy =
                new ReverseProxy(
                        balance,
                        client,
                        settings.limit(),
                        settings.patience(),
                        settings.keepsHost(),
                        lines);
        var builder =
                HttpServer.builder(proxy)
                        .address(settings.address())
                        .hubs(settings.hubs())
                        .name("proxy")
                        .limits( // what stands behind has limits of its own
                                ServerLimits.DEFAULT
                                        .withBody(Long.MAX_VALUE)
                                        .withRequestTime(NO_LIMIT));
        if (settings.tls() != null) {
            builder.tls(settings.tls());
        }
        if (settings.verbose()) {
            builder.accessLog(this::log);
        }
        server = builder.start();
        if (health != null) {
            var run = new HealthChecks(balance, checking, health, healthEvery, lines);
            checks = Eventlet.spawn(run::run);
        }
    }

    private void log(AccessLog.Entry entry) {
        lines.accept(
                "%s %s %d %d B (%d ms)%s"
                        .formatted(
                                entry.client(),
                                entry.request(),
                                entry.status(),
                                entry.bodyBytes(),
                                entry.time().toMillis(),
                                entry.failure() == null ? "" : ", cut off"));
    }

    @Override
    public InetSocketAddress address() {
        return Objects.requireNonNull(server).address();
    }

    @Override
    public void stop(Duration grace) {
        if (checks != null) {
            checks.kill();
        }
        if (server != null) {
            var ignored = server.stop(grace);
        }
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
        client.close();
        checking.close();
    }
}
