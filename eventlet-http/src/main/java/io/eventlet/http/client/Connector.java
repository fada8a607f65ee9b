// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.Timeout;
import io.eventlet.net.GreenSocket;
import io.eventlet.net.tls.GreenSslSocket;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Opens connections: looks up names, asks the rule, connects, directly or by a proxy, and puts TLS
/// on it. Whatever keeps it from that leaves nothing open.
final class Connector {
    private final ClientSettings settings;

    Connector(ClientSettings settings) {
        this.settings = settings;
    }

    ClientConnection open(HostConnections host, long deadline) throws IOException {
        long until = earlier(deadline, settings.connectNanos());
        var route = host.route;
        var below = dial(host, until);
        boolean done = false;
        try {
            below.setTcpNoDelay(true);
            if (route.proxy() != null && !route.isForwarded()) {
                throughProxy(route, below, until);
            }
            var socket = route.secure() ? secured(route, below, until) : below;
            done = true;
            return new ClientConnection(host, socket, below);
        } catch (TimedSocket.Passed e) {
            throw late(route, e);
        } finally {
            if (!done) {
                below.close();
            }
        }
    }

    /// The earlier of a deadline and the end of a time from now on, if that is not 0.
    static long earlier(long deadline, long nanos) {
        if (nanos == 0) {
            return deadline;
        }
        return earlierOf(deadline, Waits.deadlineAfter(nanos));
    }

    static long earlierOf(long deadline, long other) {
        return deadline == Waits.NEVER || (other != Waits.NEVER && other - deadline < 0)
                ? other
                : deadline;
    }

    private static SocketTimeoutException late(Route route, Exception cause) {
        var late = new ConnectTimedOut("the time is over while connecting to " + route);
        late.initCause(cause);
        return late;
    }

    /// How long is left; zero if it never ends, as sockets have it.
    static Duration left(long deadline) {
        return deadline == Waits.NEVER
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(1, deadline - Waits.clock().nanoTime()));
    }

    private Socket dial(HostConnections connections, long until) throws IOException {
        var route = connections.route;
        var proxy = route.proxy();
        var name = proxy == null ? route.host() : proxy.host;
        int port = proxy == null ? route.port() : proxy.port;
        var addresses = addresses(name, port, until);
        if (addresses.size() == 1) {
            return connected(addresses.getFirst(), port, route, until);
        }
        var reached = connections.reached;
        if (reached != null && addresses.remove(reached)) {
            addresses.addFirst(reached);
        }
        var socket = new HappyEyeballs(addresses, port, until, route).connect();
        connections.reached = socket.getInetAddress();
        return socket;
    }

    static GreenSocket connected(InetAddress address, int port, Route route, long until)
            throws IOException {
        try {
            return GreenSocket.connected(new InetSocketAddress(address, port), left(until));
        } catch (SocketTimeoutException e) {
            throw late(route, e);
        } catch (ConnectException e) {
            throw (IOException)
                    new ConnectException(
                                    "cannot connect to %s port %d: %s"
                                            .formatted(
                                                    address.getHostAddress(),
                                                    port,
                                                    withoutAddress(e.getMessage(), address, port)))
                            .initCause(e);
        }
    }

    /// What the socket says, without the address behind it.
    private static String withoutAddress(@Nullable String message, InetAddress address, int port) {
        var text = String.valueOf(message);
        var tail = ": " + new InetSocketAddress(address, port);
        return text.endsWith(tail) ? text.substring(0, text.length() - tail.length()) : text;
    }

    /// The addresses of a host that the rule allows, in the order in which they are tried.
    private List<InetAddress> addresses(String host, int port, long until) throws IOException {
        var all = isLiteral(host) ? List.of(literal(host)) : resolved(host, until);
        var rule = settings.addressRule();
        if (rule == null) {
            return HappyEyeballs.ordered(all);
        }
        var allowed = new ArrayList<InetAddress>();
        for (var address : all) {
            if (rule.allows(address, port)) {
                allowed.add(address);
            }
        }
        if (allowed.isEmpty()) {
            throw new ConnectException(
                    "the address rule does not allow to connect to %s, which is %s"
                            .formatted(
                                    host, all.stream().map(InetAddress::getHostAddress).toList()));
        }
        return HappyEyeballs.ordered(allowed);
    }

    private static boolean isLiteral(String host) {
        char last = host.charAt(host.length() - 1);
        return last == ']' || (last >= '0' && last <= '9' && !hasLetter(host));
    }

    private static boolean hasLetter(String host) {
        return host.chars().anyMatch(c -> c >= 'a' && c <= 'z');
    }

    private static InetAddress literal(String host) throws IOException {
        return InetAddress.getByName(host); // without a look-up
    }

    private List<InetAddress> resolved(String host, long until) throws IOException {
        if (until == Waits.NEVER) {
            return settings.resolver().resolve(host);
        }
        try (var _ = Timeout.after(left(until), TimedSocket.Passed::new)) {
            return settings.resolver().resolve(host);
        } catch (TimedSocket.Passed e) {
            var late =
                    new ConnectTimedOut(
                            "the time is over while looking up the addresses of " + host);
            late.initCause(e);
            throw late;
        }
    }

    private void throughProxy(Route route, Socket socket, long until) throws IOException {
        var proxy = java.util.Objects.requireNonNull(route.proxy());
        var timed = new TimedSocket(socket);
        timed.await("an answer of ", proxy, until, 0);
        if (proxy.kind == ProxyServer.Kind.HTTP) {
            new ConnectTunnel(proxy, timed, settings.headLimits()).open(route);
        } else {
            new Socks5(proxy, timed)
                    .connect(route.host(), route.port(), ruledAddress(route, until));
        }
        socket.setSoTimeout(0);
    }

    /// The address that a proxy is asked for; null to leave the name to it.
    private @Nullable InetAddress ruledAddress(Route route, long until) throws IOException {
        if (isLiteral(route.host()) || settings.addressRule() != null) {
            return addresses(route.host(), route.port(), until).getFirst();
        }
        return null;
    }

    private Socket secured(Route route, Socket below, long until) throws IOException {
        var host = route.host();
        boolean bracketed = host.startsWith("[");
        var name = bracketed ? host.substring(1, host.length() - 1) : host;
        GreenSslSocket socket = settings.tls().get().createSocket(below, name, route.port(), true);
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        try {
            if (until == Waits.NEVER) {
                socket.startHandshake();
            } else {
                socket.startHandshake(left(until));
            }
        } catch (SocketTimeoutException e) {
            throw late(route, e);
        }
        return socket;
    }
}
