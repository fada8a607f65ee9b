// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.eventlet.Event;
import io.eventlet.GreenThread;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/// How a server begins and ends, and what its handlers run on.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class LifecycleTest {
    @ParameterizedTest
    @EnumSource
    void serverMayBeBoundLater(Maker maker) throws Exception {
        var server = maker.provider().createHttpServer(null, 0);
        try {
            assertThat(server.getAddress()).isNull();
            assertThatIllegalStateException().isThrownBy(server::start);

            server.bind(Site.loopback(), 0);

            assertThat(server.getAddress().getPort()).isPositive();
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> server.bind(Site.loopback(), 0));
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void addressThatIsTakenIsRefused(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            var provider = maker.provider();
            var taken = site.server.getAddress();

            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> provider.createHttpServer(taken, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void serverIsStartedOnce(Maker maker) throws Exception {
        try (var site = new Site(maker, Site.saying("ok"))) {
            assertThatIllegalStateException().isThrownBy(site.server::start);
            assertThatIllegalStateException().isThrownBy(() -> site.server.setExecutor(null));
        }
    }

    @ParameterizedTest
    @EnumSource
    void serverThatWasStoppedIsNotStartedAgain(Maker maker) throws Exception {
        var site = new Site(maker, Site.saying("ok"));
        site.close();

        assertThatIllegalStateException().isThrownBy(site.server::start);
    }

    @ParameterizedTest
    @EnumSource
    void delayOfAStopIsNotNegative(Maker maker) throws Exception {
        try (var site = new Site(maker)) {
            assertThatIllegalArgumentException().isThrownBy(() -> site.server.stop(-1));
        }
    }

    @Test
    void stopClosesTheListenerAndIdleConnections() throws Exception {
        try (var port = new Socket()) { // which nobody else gets when the server has left it
            port.setReuseAddress(true);
            port.bind(new InetSocketAddress(0));
            var site = new Site(Maker.GREEN, port.getLocalPort(), Site.saying("ok"));
            var address = site.server.getAddress();
            try (var idle = site.connect()) {
                Site.send(idle, "GET / HTTP/1.1\nHost: a\n\n");
                Site.readTo(idle, 'k');

                site.server.stop(0);

                assertThat(idle.getInputStream().read()).isEqualTo(-1);
                assertThatExceptionOfType(ConnectException.class)
                        .isThrownBy(() -> {
                            try (var late = new Socket(address.getAddress(), address.getPort())) {
                                late.getInputStream();
                            }
                        });
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void stopLetsAnExchangeEnd(Maker maker) throws Exception {
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        try (var pool = Executors.newCachedThreadPool();
                var site = new Site(maker)) {
            site.server.createContext(
                    "/",
                    exchange -> {
                        entered.countDown();
                        try {
                            leave.await();
                        } catch (InterruptedException e) {
                            throw new java.io.InterruptedIOException();
                        }
                        Site.say(exchange, "whole");
                    });
            site.server.setExecutor(pool);
            site.server.start();

            Future<String> answer = pool.submit(() -> site.get("/"));
            entered.await();
            var stopped = pool.submit(() -> site.server.stop(50));
            leave.countDown();

            assertThat(answer.get()).isEqualTo("whole");
            stopped.get();
        }
    }

    @Test
    void stopAwaitsTheHandlerOfAnExchangeThatHasEnded() throws Exception {
        var leave = new CountDownLatch(1);
        var order = new CopyOnWriteArrayList<String>();
        try (var pool = Executors.newCachedThreadPool();
                var site = new Site(Maker.GREEN)) {
            site.server.createContext(
                    "/",
                    exchange -> {
                        exchange.sendResponseHeaders(200, 1);
                        exchange.getResponseBody().write('k');
                        exchange.getResponseBody().flush();
                        try {
                            leave.await();
                        } catch (InterruptedException e) {
                            throw new java.io.InterruptedIOException();
                        }
                        exchange.close();
                        order.add("handled");
                    });
            site.server.setExecutor(pool);
            site.server.start();
            try (var client = site.connect()) {
                Site.send(client, "GET / HTTP/1.1\nHost: a\n\n");
                Site.readTo(client, 'k');

                var stopped =
                        pool.submit(() -> {
                            site.server.stop(50);
                            order.add("stopped");
                        });
                leave.countDown();
                stopped.get();
            }

            assertThat(order).containsExactly("handled", "stopped");
        }
    }

    @Test
    void stopEndsAHandlerThatTakesTooLong() throws Exception {
        var entered = new CountDownLatch(1);
        var ended = new CompletableFuture<Throwable>();
        try (var site =
                        new Site(
                                Maker.GREEN,
                                _ -> {
                                    entered.countDown();
                                    try {
                                        new Event<Boolean>().await(); // which nobody sends
                                    } catch (Throwable e) {
                                        ended.complete(e);
                                        throw e;
                                    }
                                });
                var client = site.connect()) {
            Site.send(client, "GET / HTTP/1.1\nHost: a\n\n");
            entered.await();

            site.server.stop(0);

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(ended.get()).isInstanceOf(io.eventlet.GreenThreadKilled.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void handlersRunOnTheExecutor(Maker maker) throws Exception {
        try (var pool =
                        Executors.newFixedThreadPool(
                                2, Thread.ofPlatform().name("pool-", 0).factory());
                var site = new Site(maker)) {
            site.server.createContext("/", e -> Site.say(e, Thread.currentThread().getName()));
            site.server.setExecutor(pool);
            site.server.start();

            assertThat(site.get("/")).startsWith("pool-");
            assertThat(site.server.getExecutor()).isSameAs(pool);
        }
    }

    @Test
    void executorThatIsFullIsAnsweredWith503() throws Exception {
        Executor full =
                _ -> {
                    throw new RejectedExecutionException("full");
                };
        try (var site = new Site(Maker.GREEN)) {
            site.context("/", "ok");
            site.server.setExecutor(full);
            site.server.start();

            assertThat(site.ask("GET / HTTP/1.1\n" + Site.LAST)).startsWith("HTTP/1.1 503 ");
        }
    }

    @Test
    @Tag("hub-only")
    void handlersRunInGreenThreadsWithoutAnExecutor() throws Exception {
        try (var site =
                new Site(
                        Maker.GREEN,
                        e -> Site.say(e, String.valueOf(GreenThread.current() != null)))) {
            assertThat(site.get("/")).isEqualTo("true");
            assertThat(site.server.getExecutor()).isNull();
        }
    }

    @Test
    void handlersWithoutAnExecutorWaitAtTheSameTime() throws Exception {
        var both = new CountDownLatch(2);
        try (var pool = Executors.newCachedThreadPool();
                var site =
                        new Site(
                                Maker.GREEN,
                                e -> {
                                    both.countDown();
                                    try {
                                        both.await();
                                    } catch (InterruptedException interrupted) {
                                        throw new java.io.InterruptedIOException();
                                    }
                                    Site.say(e, "both");
                                })) {
            var one = pool.submit(() -> site.get("/1"));
            var two = pool.submit(() -> site.get("/2"));

            assertThat(one.get() + two.get()).isEqualTo("bothboth");
        }
    }

    @Test
    void serverMayBeStoppedByAHandler() throws Exception {
        var stopped = new CompletableFuture<String>();
        var site = new Site(Maker.GREEN);
        site.server.createContext(
                "/",
                exchange -> {
                    Site.say(exchange, "bye");
                    site.server.stop(0);
                    stopped.complete("stopped");
                });
        site.server.start();

        assertThat(site.get("/")).isEqualTo("bye");
        assertThat(stopped.get()).isEqualTo("stopped");
    }
}
