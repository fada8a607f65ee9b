// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.serve;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.Terminal;
import io.eventlet.cli.display.LinePrinter;
import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.process.StopSignals;
import io.eventlet.http.server.AccessLogFormat;
import io.eventlet.http.server.AccessLogWriter;
import io.eventlet.http.server.Handler;
import io.eventlet.http.server.HttpServer;
import io.eventlet.hub.Hub;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

import javax.net.ssl.SSLContext;

/// The server of files from start to graceful stop.
final class FilesServer {
    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    private final Settings settings;
    private final boolean quiet;
    private final PrintWriter out;

    /// What it is to do.
    ///
    /// @param directory what is served
    /// @param handler what serves it
    /// @param address where it listens
    /// @param hubs how many hubs share the port
    /// @param pinned whether each has a processor of its own
    /// @param maxConnections how many connections it holds at once
    /// @param tls what it speaks TLS with, or null for plain HTTP
    /// @param accessLog what lines about requests look like, or null for none
    /// @param grace how long responses may go on after a stop signal
    record Settings(
            Path directory,
            Handler handler,
            InetSocketAddress address,
            int hubs,
            boolean pinned,
            int maxConnections,
            @Nullable SSLContext tls,
            @Nullable AccessLogFormat accessLog,
            Duration grace) {}

    FilesServer(Settings settings, boolean quiet, PrintWriter out) {
        this.settings = settings;
        this.quiet = quiet;
        this.out = out;
    }

    /// Serves until a signal comes; returns the exit code.
    ///
    /// @throws CommandFailure when it cannot listen
    int run() {
        var log =
                settings.accessLog() == null
                        ? null
                        : AccessLogWriter.open(settings.accessLog(), new PrintedText(out));
        try (LinePrinter lines = LinePrinter.open(out)) {
            return run(lines, log);
        } finally {
            if (log != null) {
                close(log);
            }
        }
    }

    /// Waits for the last lines, but not for long where nobody reads.
    private static void close(AccessLogWriter log) {
        var closing = Thread.ofPlatform().daemon().start(log::close);
        try {
            var ignored = closing.join(LAST_LINES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int run(LinePrinter lines, @Nullable AccessLogWriter log) {
        var stopAsked = new CountDownLatch(1);
        HttpServer server = start(log);
        try (StopSignals signals = StopSignals.on(stopAsked::countDown)) {
            say(lines, greeting(server));
            stopAsked.await();
            var stopped = server.stop(settings.grace());
            say(
                    lines,
                    "Stopped: %s served%s"
                            .formatted(
                                    Quantity.count(server.accepted(), "connection"),
                                    stopped.cut() == 0
                                            ? ""
                                            : ", %d of them cut".formatted(stopped.cut())));
            return (signals.isInterrupt() ? ExitCode.INTERRUPTED : ExitCode.OK).status();
        } catch (InterruptedException _) {
            return ExitCode.INTERRUPTED.status();
        } finally {
            var ignored = server.stop(Duration.ZERO);
        }
    }

    private HttpServer start(@Nullable AccessLogWriter log) {
        var builder =
                HttpServer.builder(settings.handler())
                        .address(settings.address())
                        .hubs(settings.hubs())
                        .connections(settings.maxConnections())
                        .name("serve");
        if (settings.pinned()) {
            builder.pinned();
        }
        if (settings.tls() != null) {
            builder.tls(settings.tls());
        }
        if (log != null) {
            builder.accessLog(log);
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

    private String greeting(HttpServer server) {
        return Look.of(Terminal.ofProcess())
                .plain(
                        "Serving %s on %s://%s/ · %s · %s mode, %s"
                                .formatted(
                                        settings.directory().toAbsolutePath().normalize(),
                                        settings.tls() == null ? "http" : "https",
                                        text(server.address()),
                                        Quantity.count(settings.hubs(), "hub")
                                                + (settings.pinned() ? ", pinned" : ""),
                                        Hub.main().mode().name().toLowerCase(Locale.ROOT),
                                        Hub.main().poller()));
    }

    private void say(LinePrinter lines, String line) {
        if (!quiet) {
            lines.print(line);
        }
    }

    private static String text(InetSocketAddress address) {
        String host =
                address.getAddress() == null
                        ? address.getHostString()
                        : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /// Whole lines of UTF-8, printed in one piece.
    private static final class PrintedText extends OutputStream {
        private final PrintWriter out;

        PrintedText(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException("lines come whole");
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            out.write(new String(from, offset, length, StandardCharsets.UTF_8));
            out.flush();
        }
    }
}
