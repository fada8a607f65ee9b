// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.syntax.Bytes;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.server.GreenServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// A server for HTTP/1.0 and 1.1: a green thread for each connection, in which a [Handler] answers
/// one request after another. The place of `eventlet.wsgi.server`.
///
/// ```java
/// try (var server = HttpServer.builder(request -> Response.text("hello\n")).port(8080).start()) {
///     server.await();
/// }
/// ```
///
/// Connections are kept for further requests, and requests that are sent without waiting are
/// answered in their order. What breaks RFC 9110 or 9112 is refused, and limits are on from the
/// start: see [ServerLimits]. Thread-safe.
public final class HttpServer implements AutoCloseable {
    private static final int DEFAULT_CONNECTIONS = 10_000;
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final GreenServer server;
    private final OpenConnections connections;

    private HttpServer(GreenServer server, OpenConnections connections) {
        this.server = server;
        this.connections = connections;
    }

    public static Builder builder(Handler handler) {
        return new Builder(handler);
    }

    /// How a server is to be. What is not said has a default.
    public static final class Builder {
        private final Handler handler;
        private InetSocketAddress address = new InetSocketAddress(0);
        private int hubs = 1;
        private boolean pinned;
        private int connections = DEFAULT_CONNECTIONS;
        private WhenFull whenFull = WhenFull.WAIT;
        private int backlog = 1024;
        private boolean proxyProtocol;
        private boolean keepAlive = true;
        private boolean anyMethod;
        private ServerLimits limits = ServerLimits.DEFAULT;
        private String name = "http";
        private @Nullable String serverName;
        private @Nullable AccessLog accessLog;
        private @Nullable SSLContext tls;
        private @Nullable Function<InetSocketAddress, SSLParameters> parameters;
        private @Nullable GreenServerSocket listener;

        private Builder(Handler handler) {
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

        /// How many hubs serve. Default: 1, the caller's.
        public Builder hubs(int count) {
            hubs = count;
            return this;
        }

        /// Pin each hub to a processor, as [GreenServer.Builder#pinned()].
        public Builder pinned() {
            pinned = true;
            return this;
        }

        /// How many connections are open at once, idle ones among them; those beyond wait in the
        /// kernel. Default: 10,000. Eventlet's `max_size`.
        public Builder connections(int limit) {
            connections = limit;
            return this;
        }

        /// What to do with connections beyond the limit. Default: let them wait.
        public Builder whenFull(WhenFull policy) {
            whenFull = Objects.requireNonNull(policy);
            return this;
        }

        /// Expect the PROXY protocol, version 1 or 2, at the beginning of every connection, and
        /// take the client's address from it: behind a proxy that speaks it, and reachable by
        /// nobody else. A connection without it is refused.
        public Builder proxyProtocol() {
            proxyProtocol = true;
            return this;
        }

        /// How many connections the kernel keeps that were not accepted. Default: 1024.
        public Builder backlog(int length) {
            backlog = length;
            return this;
        }

        /// Whether a connection serves more than one request. Default: it does.
        public Builder keepAlive(boolean newKeepAlive) {
            keepAlive = newKeepAlive;
            return this;
        }

        /// Let the handler see methods that nobody has registered with IANA as well. Default: they
        /// are answered with 501.
        public Builder anyMethod() {
            anyMethod = true;
            return this;
        }

        public Builder limits(ServerLimits newLimits) {
            limits = Objects.requireNonNull(newLimits);
            return this;
        }

        /// A name for dumps and logs. Default: `http`.
        public Builder name(String newName) {
            name = Objects.requireNonNull(newName);
            return this;
        }

        /// What the field `Server` says. Default: there is none.
        public Builder serverName(String newName) {
            if (!Bytes.isFieldValue(newName) || newName.isEmpty()) {
                throw new IllegalArgumentException("not a name for a server: " + newName);
            }
            serverName = newName;
            return this;
        }

        /// Who is told of each request. Default: nobody.
        public Builder accessLog(AccessLog log) {
            accessLog = Objects.requireNonNull(log);
            return this;
        }

        /// Serve HTTPS with this context.
        public Builder tls(SSLContext context) {
            tls = Objects.requireNonNull(context);
            return this;
        }

        /// As [#tls(SSLContext)], with protocols or client certificates of the caller's.
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

        /// Listens and begins to serve.
        public HttpServer start() throws IOException {
            if (connections < 1) {
                throw new IllegalArgumentException(
                        "connections must be at least 1: " + connections);
            }
            if (proxyProtocol && tls != null) {
                throw new IllegalArgumentException(
                        "the header of a proxy comes before TLS: let the proxy end TLS");
            }
            var open = new OpenConnections(connections, limits.perAddress());
            var settings =
                    ServerSettings.of(
                            handler,
                            limits,
                            keepAlive,
                            anyMethod,
                            proxyProtocol,
                            serverName,
                            accessLog);
            var builder =
                    GreenServer.builder(client -> serve(settings, open, client))
                            .address(address)
                            .name(name)
                            .hubs(hubs)
                            .concurrency(accepted())
                            .backlog(backlog);
            if (listener != null) {
                builder.listener(listener);
            }
            if (pinned) {
                builder.pinned();
            }
            var context = tls;
            if (context != null) {
                var asked = parameters;
                builder.tls(
                        context,
                        client ->
                                withAlpn(
                                        asked == null
                                                ? context.getDefaultSSLParameters()
                                                : asked.apply(client)));
            }
            return new HttpServer(builder.start(), open);
        }

        /// Those that are refused are accepted before.
        private int accepted() {
            return whenFull == WhenFull.WAIT
                    ? Math.max(connections, hubs)
                    : Math.addExact(connections, Math.max(16, connections / 10));
        }

        private static void serve(ServerSettings settings, OpenConnections open, Socket client)
                throws IOException {
            new HttpConnection(settings, open, client).run();
        }

        private static SSLParameters withAlpn(SSLParameters parameters) {
            if (parameters.getApplicationProtocols().length == 0) {
                parameters.setApplicationProtocols(new String[] {"http/1.1"});
            }
            return parameters;
        }
    }

    /// Where it listens.
    public InetSocketAddress address() {
        return server.address();
    }

    public int port() {
        return address().getPort();
    }

    /// The connections that are open, idle ones among them.
    public int connections() {
        return connections.size();
    }

    /// The connections that have been accepted.
    public long accepted() {
        return server.accepted();
    }

    /// The connections that were answered with 503, because there was no room for them.
    public int refused() {
        return connections.refused();
    }

    /// Whether it is being stopped: for a handler that says whether the server is ready.
    public boolean isStopping() {
        return connections.isStopping();
    }

    /// Waits until it accepts no more.
    public void await() {
        server.await();
    }

    /// Stops with ten seconds for the requests that are being answered.
    @Override
    public void close() {
        var ignored = stop(DEFAULT_GRACE);
    }

    /// Stops: accepts no more, closes idle connections, lets the requests that are being answered
    /// end within a time, with `Connection: close`, then cuts the rest.
    public Stopped stop(Duration grace) {
        int idle = connections.stop();
        var ignored = server.close(grace);
        return new Stopped(idle, connections.cut());
    }

    /// What became of the connections of a server that was stopped: idle ones, and those that were
    /// cut because their requests took too long.
    public record Stopped(int idle, int cut) {}

    @Override
    public String toString() {
        return "HTTP server on " + address();
    }
}
