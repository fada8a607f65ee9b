// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.echo;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.Terminal;
import io.eventlet.cli.display.LinePrinter;
import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.process.StopSignals;
import io.eventlet.cli.process.ThisProcess;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.net.server.ConnectionHandler;
import io.eventlet.net.server.GreenServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

import javax.net.ssl.SSLContext;

/// The echo server from start to graceful stop.
final class EchoServer {
    private final Settings settings;
    private final Detail detail;
    private final PrintWriter out;
    private final PrintWriter err;

    /// What it is to do.
    ///
    /// @param address where it listens
    /// @param hubs how many hubs share the port
    /// @param pinned whether each has a processor of its own
    /// @param maxConnections how many connections it holds at once
    /// @param deferredWrites whether echoes are sent together, where that saves calls
    /// @param tls what it speaks TLS with, or null for plain TCP
    /// @param grace how long connections may finish after a stop signal
    record Settings(
            InetSocketAddress address,
            int hubs,
            boolean pinned,
            int maxConnections,
            boolean deferredWrites,
            @Nullable SSLContext tls,
            Duration grace) {}

    EchoServer(Settings settings, Detail detail, PrintWriter out, PrintWriter err) {
        this.settings = settings;
        this.detail = detail;
        this.out = out;
        this.err = err;
    }

    /// Serves until a signal comes; returns the exit code.
    ///
    /// @throws CommandFailure when it cannot listen
    int run() {
        // Connections have lines too, and must not wait for who reads them.
        try (LinePrinter lines = LinePrinter.open(out)) {
            return run(lines);
        }
    }

    private int run(LinePrinter lines) {
        var stopAsked = new CountDownLatch(1);
        GreenServer server = start(lines);
        try (StopSignals signals = StopSignals.on(stopAsked::countDown)) {
            say(lines, greeting(server));
            warnOfDescriptors();
            stopAsked.await();
            stop(server, lines);
            return (signals.isInterrupt() ? ExitCode.INTERRUPTED : ExitCode.OK).status();
        } catch (InterruptedException _) {
            return ExitCode.INTERRUPTED.status();
        } finally {
            boolean ignored = server.close(Duration.ZERO);
        }
    }

    private GreenServer start(LinePrinter lines) {
        ConnectionHandler echo = new EchoHandler();
        var builder =
                GreenServer.builder(detail == Detail.CONNECTIONS ? spoken(echo, lines) : echo)
                        .address(settings.address())
                        .hubs(settings.hubs())
                        .concurrency(settings.maxConnections())
                        .name("echo");
        if (settings.pinned()) {
            builder.pinned();
        }
        if (settings.deferredWrites()) {
            builder.deferredWrites();
        }
        if (settings.tls() != null) {
            builder.tls(settings.tls());
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "cannot listen on " + text(settings.address()) + ": " + e.getMessage(),
                    e);
        }
    }

    private void stop(GreenServer server, LinePrinter lines) {
        int open = server.active();
        if (open > 0) {
            say(
                    lines,
                    "Stopping: %s open, closed after %s at the latest; again to stop at once"
                            .formatted(
                                    Quantity.count(open, "connection"),
                                    Quantity.time(settings.grace())));
        }
        boolean finished = server.close(settings.grace());
        say(
                lines,
                "Stopped: %s served%s"
                        .formatted(
                                Quantity.count(server.accepted(), "connection"),
                                finished ? "" : ", the last of them closed by us"));
    }

    private String greeting(GreenServer server) {
        return Look.of(Terminal.ofProcess())
                .plain(
                        "Echo on %s · %s · %s · %s mode, %s · at most %s"
                                .formatted(
                                        text(server.address()),
                                        settings.tls() == null ? "TCP" : "TLS",
                                        Quantity.count(settings.hubs(), "hub")
                                                + (settings.pinned() ? ", pinned" : ""),
                                        Hub.main().mode().name().toLowerCase(Locale.ROOT),
                                        Hub.main().poller(),
                                        Quantity.count(settings.maxConnections(), "connection")));
    }

    /// A limit that the descriptors cannot keep is better known now than at the ten-thousandth
    /// client.
    private void warnOfDescriptors() {
        long limit = ThisProcess.descriptorLimit().orElse(Long.MAX_VALUE);
        if (settings.maxConnections() > limit) {
            err.println(
                    "eventlet echo: --max-connections %s is more than the %s descriptors of this process (ulimit -n)"
                            .formatted(
                                    Quantity.count(settings.maxConnections()),
                                    Quantity.count(limit)));
        }
    }

    private void say(LinePrinter lines, String line) {
        if (detail != Detail.NONE) {
            lines.print(line);
        }
    }

    private static ConnectionHandler spoken(ConnectionHandler handler, LinePrinter lines) {
        return client -> {
            String peer = peer(client);
            lines.print("+ " + peer);
            String why = "";
            try {
                handler.handle(client);
            } catch (IOException e) {
                why = " (" + e.getMessage() + ")";
            } catch (Cancelled e) { // the grace is over
                why = " (closed by us)";
                throw e;
            } finally {
                lines.print("- " + peer + why);
            }
        };
    }

    private static String peer(Socket client) {
        return client.getRemoteSocketAddress() instanceof InetSocketAddress peer
                ? text(peer)
                : "unknown";
    }

    private static String text(InetSocketAddress address) {
        String host =
                address.getAddress() == null
                        ? address.getHostString()
                        : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
