// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import io.eventlet.GreenThread;
import io.eventlet.GreenThreads;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.transport.Transport;
import io.eventlet.wait.UncaughtErrors;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// A server: accepts connections and runs a handler in a green thread for each.
///
/// ```java
/// try (var server = GreenServer.builder(this::handle).port(6000).concurrency(10_000).start()) {
///     server.await();
/// }
/// ```
///
/// The limit is counted before a connection is accepted: those beyond it wait in the backlog of the
/// kernel. Several hubs accept from one listener, and each has an equal part of the limit: one that
/// has reached it leaves what comes to the others. A handler's error is reported, or stops the
/// server ([HandlerErrors]); that a peer is gone, or breaks TLS, is no error. So an exception is
/// not reported if the client's own socket threw it (other than for one of its options), or if that
/// is among its causes; nor is an `EOFException`, whoever threw it, when the client's stream has
/// ended. Those of other connections are the handler's. Thread-safe.
public final class GreenServer implements AutoCloseable {
    private static final int DEFAULT_CONCURRENCY = 1000;
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    /// How long [#close(Duration)] waits for those that it killed, and then for its hubs.
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final GreenServerSocket listener;
    private final List<Branch> branches;
    private final ServerHubs ownHubs;
    private final @Nullable String name;
    private final InetSocketAddress address;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /// Makes a server of an open listener, from which each hub accepts.
    private GreenServer(
            Builder how, GreenServerSocket listener, List<Hub> hubs, ServerHubs ownHubs) {
        this.listener = listener;
        name = how.name;
        this.ownHubs = ownHubs;
        address = (InetSocketAddress) listener.getLocalSocketAddress();
        var tls = how.tls == null ? null : new ServerTls(how.tls, how.parameters, how.handshake);
        var made = new ArrayList<Branch>();
        for (int i = 0; i < how.hubs; i++) {
            int part = how.concurrency / how.hubs + (i < how.concurrency % how.hubs ? 1 : 0);
            var connections =
                    new Connections(
                            how.handler,
                            part,
                            how.handlerErrors,
                            tls,
                            how.deferredWrites,
                            this::stop);
            made.add(new Branch(hubs.get(i), listener, connections));
        }
        branches = List.copyOf(made);
    }

    public static Builder builder(ConnectionHandler handler) {
        return new Builder(handler);
    }

    /// How a server is to be. What is not said has a default.
    public static final class Builder {
        private final ConnectionHandler handler;
        private InetSocketAddress address = new InetSocketAddress(0);
        private @Nullable String name;
        private int hubs = 1;
        private boolean pinned;
        private boolean deferredWrites;
        private int concurrency = DEFAULT_CONCURRENCY;
        private int backlog = Transport.BACKLOG;
        private HandlerErrors handlerErrors = HandlerErrors.REPORT;
        private @Nullable SSLContext tls;
        private @Nullable Function<InetSocketAddress, SSLParameters> parameters;
        private @Nullable GreenServerSocket listener;
        private Duration handshake = Duration.ofSeconds(10);

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

        /// Serve a listener that is open, in place of an address and a backlog. From [#start()] on
        /// it belongs to the server, which closes it.
        public Builder listener(GreenServerSocket newListener) {
            listener = Objects.requireNonNull(newListener);
            return this;
        }

        /// How many hubs serve. Default: 1, the caller's; more are started for the server. In a
        /// [io.eventlet.testing.Simulation], or on another hub with a network of its own, all is
        /// served by the caller's.
        public Builder hubs(int count) {
            hubs = positive(count, "hubs");
            return this;
        }

        /// Pin each hub to a processor, as [Hub#pin]: the first to the first of [Hub#processors()],
        /// and so on. All hubs are then started for the server, also a single one. Where they are
        /// not, as in a simulation, this does nothing. [#start()] throws an
        /// `IllegalArgumentException` if there are fewer processors than hubs, and an
        /// `UnsupportedOperationException` where hubs cannot be pinned.
        public Builder pinned() {
            pinned = true;
            return this;
        }

        /// Defer small writes to clients, where that saves calls of the kernel: see
        /// [io.eventlet.net.GreenSocket#setDeferredWrites], which each connection can undo.
        public Builder deferredWrites() {
            deferredWrites = true;
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

        /// Serve TLS with this context. The handshake is made by the connection's green thread,
        /// which closes the connection if it fails.
        public Builder tls(SSLContext context) {
            tls = Objects.requireNonNull(context);
            return this;
        }

        /// As [#tls(SSLContext)], with protocols, ALPN or client certificates of the caller's.
        public Builder tls(SSLContext context, SSLParameters newParameters) {
            Objects.requireNonNull(newParameters);
            return tls(context, _ -> newParameters);
        }

        /// As [#tls(SSLContext, SSLParameters)], with parameters for each client, by its address:
        /// asked for in the connection's green thread, before the handshake.
        public Builder tls(
                SSLContext context, Function<InetSocketAddress, SSLParameters> newParameters) {
            parameters = Objects.requireNonNull(newParameters);
            return tls(context);
        }

        /// How long a client may take for the TLS handshake. Default: ten seconds.
        public Builder handshakeLimit(Duration limit) {
            if (!limit.isPositive()) {
                throw new IllegalArgumentException(
                        "the limit of a handshake must be positive: " + limit);
            }
            handshake = limit;
            return this;
        }

        /// What to do when a handler fails. Default: report it.
        public Builder handlerErrors(HandlerErrors policy) {
            handlerErrors = Objects.requireNonNull(policy);
            return this;
        }

        /// A name for dumps and logs, which the threads that accept and serve and hubs of the
        /// server's own have; those hubs are called `server` without.
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
            var given = listener;
            var listener =
                    given == null ? GreenServerSocket.listen(address, backlog, false) : given;
            var ownHubs = new ServerHubs(List.of(), LAST_WORDS);
            try {
                var caller = Hub.current();
                boolean alone = (hubs == 1 && !pinned) || !HubStrand.networkOfCaller().isOfSystem();
                if (!alone) {
                    var called = Objects.requireNonNullElse(name, "server");
                    ownHubs = ServerHubs.start(hubs, called, pinned, LAST_WORDS);
                }
                var on = alone ? Collections.nCopies(hubs, caller) : ownHubs.list();
                var server = new GreenServer(this, listener, on, ownHubs);
                server.begin();
                return server;
            } catch (Throwable e) {
                close(listener);
                ownHubs.closeInTurn();
                throw e;
            }
        }
    }

    private void begin() {
        branches.forEach(branch -> branch.begin(name));
    }

    private static void close(GreenServerSocket listener) {
        try {
            listener.close();
        } catch (IOException e) {
            UncaughtErrors.report(Thread.currentThread(), e);
        }
    }

    /// Called by a handler's thread.
    private void stop(@Nullable Throwable error) {
        if (error != null) {
            failure.compareAndSet(null, error);
        }
        close(listener);
        branches.forEach(Branch::stop);
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
                        false,
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
        return address;
    }

    public int port() {
        return address().getPort();
    }

    /// The connections that are being served.
    public int active() {
        return branches.stream().mapToInt(b -> b.connections().size()).sum();
    }

    /// The connections that have been accepted.
    public long accepted() {
        return branches.stream().mapToLong(Branch::accepted).sum();
    }

    /// Waits until it accepts no more: it was closed, or a handler threw [io.eventlet.StopServe].
    /// Throws [HandlerFailed] if a handler's error stopped it.
    public void await() {
        branches.forEach(Branch::await);
        throwFailure(failure.get());
    }

    /// Stops accepting, and gives connections ten seconds to end; then as [#close(Duration)].
    @Override
    public void close() {
        boolean ignored = close(DEFAULT_GRACE);
    }

    /// Stops accepting, lets connections that are served end within a time, and kills the handlers
    /// of those that have not. True if all ended by themselves. A handler may call it: its own
    /// connection does not count, and goes on.
    ///
    /// The killed are given one second to clean up, however many hubs there are. Then hubs of the
    /// server's own are closed: what is left on them is given a second as well, and one with a
    /// green thread that does not yield takes another. So it returns three seconds after the time
    /// at the latest, and with one hub after one. If its wait is ended, it kills the handlers and
    /// throws the cause.
    public boolean close(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("the time must not be negative: " + grace);
        }
        long end = Waits.deadlineAfter(grace);
        stop(null);
        branches.forEach(branch -> branch.connections().close());
        boolean all = false;
        try {
            awaitAccepting(grace.compareTo(LAST_WORDS) < 0 ? grace : LAST_WORDS);
            all = awaitConnections(end);
        } finally {
            try {
                if (!all) {
                    branches.forEach(branch -> branch.connections().kill());
                }
                long last = Waits.deadlineAfter(LAST_WORDS);
                awaitAccepting(LAST_WORDS);
                boolean ignored = all || awaitConnections(last);
            } finally {
                ownHubs.close();
            }
        }
        return all;
    }

    /// Waits until no thread accepts any more, but not for a hub that does not come to that.
    private void awaitAccepting(Duration limit) {
        var accepting = new ArrayList<GreenThread<?>>();
        for (var branch : branches) {
            var thread = branch.accepting();
            if (thread != null) {
                accepting.add(thread);
            }
        }
        var ignored = GreenThreads.joinAll(accepting, limit);
    }

    private boolean awaitConnections(long deadline) {
        boolean all = true;
        for (var branch : branches) {
            all &= branch.connections().awaitEnd(deadline);
        }
        return all;
    }
}
