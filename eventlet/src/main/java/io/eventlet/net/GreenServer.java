// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.hub.Hub;
import io.eventlet.hub.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.SSLContext;

/// A server: accepts connections and runs a handler in a green thread for each.
///
/// ```java
/// try (var server = GreenServer.builder(this::handle).port(6000).concurrency(10_000).start()) {
///     server.await();
/// }
/// ```
///
/// The limit is counted before a connection is accepted: those beyond it wait in the backlog of the
/// kernel. With several hubs, each has a listener on the shared port (`SO_REUSEPORT`) and an equal
/// part of the limit. Thread-safe.
public final class GreenServer implements AutoCloseable {
    private static final int DEFAULT_CONCURRENCY = 1000;
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final List<Branch> branches = new ArrayList<>();
    private final List<Hub> ownHubs = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /// The part of the server on one hub.
    private record Branch(
            GreenServerSocket listener,
            Connections connections,
            AcceptLoop loop,
            GreenThread<?> thread) {}

    private GreenServer() {}

    public static Builder builder(ConnectionHandler handler) {
        return new Builder(handler);
    }

    /// How a server is to be. What is not said has a default.
    public static final class Builder {
        private final ConnectionHandler handler;
        private InetSocketAddress address = new InetSocketAddress(0);
        private String name = "server";
        private int hubs = 1;
        private int concurrency = DEFAULT_CONCURRENCY;
        private int backlog = GreenServerSocket.BACKLOG;
        private HandlerErrors handlerErrors = HandlerErrors.REPORT;
        private @Nullable SSLContext tls;

        private Builder(ConnectionHandler handler) {
            this.handler = Objects.requireNonNull(handler);
        }

        /// Where to listen. Default: all addresses, a port that the system chooses.
        public Builder address(InetSocketAddress newAddress) {
            address = Objects.requireNonNull(newAddress);
            return this;
        }

        public Builder port(int port) {
            return address(new InetSocketAddress(port));
        }

        /// How many hubs serve. Default: 1, the caller's; more are started for the server.
        public Builder hubs(int count) {
            hubs = positive(count, "hubs");
            return this;
        }

        /// How many connections are served at once. Default: 1000.
        public Builder concurrency(int limit) {
            concurrency = positive(limit, "concurrency");
            return this;
        }

        /// How many connections the kernel keeps that were not accepted. Default: 1024.
        public Builder backlog(int length) {
            backlog = positive(length, "backlog");
            return this;
        }

        /// Serve TLS with this context. The handshake is made by the connection's green thread.
        public Builder tls(SSLContext context) {
            tls = Objects.requireNonNull(context);
            return this;
        }

        /// What to do when a handler fails. Default: report it.
        public Builder handlerErrors(HandlerErrors policy) {
            handlerErrors = Objects.requireNonNull(policy);
            return this;
        }

        /// A name for hubs and threads, for dumps and logs.
        public Builder name(String newName) {
            name = Objects.requireNonNull(newName);
            return this;
        }

        private static int positive(int n, String what) {
            if (n < 1) {
                throw new IllegalArgumentException(what + " must be at least 1: " + n);
            }
            return n;
        }

        /// Listens and begins to accept.
        public GreenServer start() throws IOException {
            if (concurrency < hubs) {
                throw new IllegalArgumentException(
                        "concurrency %d is less than one for each of %d hubs"
                                .formatted(concurrency, hubs));
            }
            var server = new GreenServer();
            try {
                server.open(this);
            } catch (Throwable e) {
                boolean ignored = server.close(Duration.ZERO);
                throw e;
            }
            return server;
        }
    }

    private void open(Builder how) throws IOException {
        var at = how.address;
        for (int i = 0; i < how.hubs; i++) {
            var hub = how.hubs == 1 ? Hub.current() : startHub(how.name + "-" + (i + 1));
            var address = at;
            var listener = listen(hub, address, how.backlog, how.hubs > 1);
            at = new InetSocketAddress(at.getAddress(), listener.getLocalPort());
            int part = how.concurrency / how.hubs + (i < how.concurrency % how.hubs ? 1 : 0);
            var connections =
                    new Connections(how.handler, part, how.handlerErrors, how.tls, this::stop);
            var loop = new AcceptLoop(listener, connections);
            var thread = Eventlet.spawnOn(hub, loop::run);
            branches.add(new Branch(listener, connections, loop, thread));
        }
    }

    private Hub startHub(String name) {
        var hub = Hub.start(name);
        ownHubs.add(hub);
        return hub;
    }

    /// Opens the listener on the hub that is to poll it.
    private static GreenServerSocket listen(
            Hub hub, InetSocketAddress address, int backlog, boolean sharePort) throws IOException {
        try {
            return Eventlet.spawnOn(
                            hub, () -> GreenServerSocket.listen(address, backlog, sharePort))
                    .await();
        } catch (TaskFailed e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /// Called by a handler's thread.
    private void stop(@Nullable Throwable error) {
        if (error != null) {
            failure.compareAndSet(null, error);
        }
        for (var branch : branches) {
            branch.loop.stop();
        }
    }

    /// Serves a listener of the caller's, on the caller's thread, until the handler throws
    /// [io.eventlet.StopServe] or the listener is closed. The listener stays open, and connections
    /// that were accepted go on.
    public static void serve(
            GreenServerSocket listener, ConnectionHandler handler, int concurrency) {
        serve(listener, handler, concurrency, HandlerErrors.REPORT);
    }

    /// As [#serve(GreenServerSocket, ConnectionHandler, int)], with a policy for handlers that
    /// fail: with `STOP`, a [HandlerFailed] is thrown.
    public static void serve(
            GreenServerSocket listener,
            ConnectionHandler handler,
            int concurrency,
            HandlerErrors policy) {
        var error = new AtomicReference<@Nullable Throwable>();
        var loop = new AtomicReference<@Nullable AcceptLoop>();
        var connections =
                new Connections(
                        handler,
                        Builder.positive(concurrency, "concurrency"),
                        policy,
                        null,
                        e -> {
                            error.compareAndSet(null, e);
                            Objects.requireNonNull(loop.get()).stop();
                        });
        var made = new AcceptLoop(listener, connections);
        loop.set(made);
        made.run();
        throwFailure(error.get());
    }

    private static void throwFailure(@Nullable Throwable error) {
        if (error != null) {
            throw new HandlerFailed(error);
        }
    }

    /// Where it listens.
    public InetSocketAddress address() {
        return (InetSocketAddress) branches.getFirst().listener.getLocalSocketAddress();
    }

    public int port() {
        return address().getPort();
    }

    /// The connections that are being served.
    public int active() {
        return branches.stream().mapToInt(b -> b.connections.pool.running()).sum();
    }

    /// The connections that have been accepted.
    public long accepted() {
        return branches.stream().mapToLong(b -> b.loop.accepted()).sum();
    }

    /// Waits until it accepts no more: it was closed, or a handler threw [io.eventlet.StopServe].
    /// Throws [HandlerFailed] if a handler's error stopped it.
    public void await() {
        for (var branch : branches) {
            branch.thread.await();
        }
        throwFailure(failure.get());
    }

    /// Stops accepting, and gives connections ten seconds to end.
    @Override
    public void close() {
        boolean ignored = close(DEFAULT_GRACE);
    }

    /// Stops accepting, lets connections that are served end within a time, and kills the handlers
    /// of those that have not. True if all ended by themselves.
    public boolean close(Duration grace) {
        for (var branch : branches) {
            try {
                branch.listener.close();
            } catch (IOException e) {
                UncaughtErrors.report(Thread.currentThread(), e);
            }
            branch.loop.stop();
        }
        long end = System.nanoTime() + grace.toNanos();
        boolean all = true;
        for (var branch : branches) {
            var left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            if (!branch.connections.pool.waitall(left)) {
                all = false;
                branch.connections.pool.kill();
            }
        }
        for (var hub : ownHubs) {
            hub.close();
        }
        return all;
    }
}
