// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.Terminal;
import io.eventlet.cli.display.LinePrinter;
import io.eventlet.cli.display.Look;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.options.CountConverter;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.cli.options.HubCountConverter;
import io.eventlet.cli.options.PortConverter;
import io.eventlet.cli.process.StopSignals;
import io.eventlet.cli.tls.TlsFailure;
import io.eventlet.cli.tls.TlsOptions;
import io.eventlet.cli.web.WebAddress;
import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import javax.net.ssl.SSLContext;

/// `eventlet proxy`: passes requests, or connections, on to other servers.
@Command(
        name = "proxy",
        sortOptions = false,
        description = {
            "Pass requests on to other servers.",
            "Of several servers, one that is up and has the fewest requests gets the next. Bodies"
                + " are streamed both ways, and WebSockets pass through. With tcp:// connections"
                + " are passed on as they are."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  eventlet proxy --port 8080 http://127.0.0.1:9001 http://127.0.0.1:9002",
            "  eventlet proxy --limit 100 --health /health http://backend:8080/app",
            "  eventlet proxy --port 5433 tcp://db.example.org:5432"
        })
public final class ProxyCommand implements Callable<Integer> {
    private static final String TCP = "tcp://";

    @Parameters(
            arity = "1..*",
            paramLabel = "UPSTREAM",
            description = "where to pass on to: http://, https:// or tcp://HOST:PORT")
    private List<String> names = List.of();

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "8080",
            converter = PortConverter.class,
            description =
                    "the port to listen on; 0 lets the system choose (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "the address to listen on (default: ${DEFAULT-VALUE}, this machine only)")
    private String host = "";

    @Option(
            names = "--hubs",
            paramLabel = "N",
            defaultValue = "1",
            converter = HubCountConverter.class,
            description = "how many hubs (OS threads) share the port (default: ${DEFAULT-VALUE})")
    private int hubs;

    @Option(
            names = {"-l", "--limit"},
            paramLabel = "N",
            defaultValue = "1000",
            converter = CountConverter.class,
            description =
                    "how many requests to pass on at once, over all clients; with tcp://, how many"
                            + " connections (default: ${DEFAULT-VALUE})")
    private int limit;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description =
                    "how long a request beyond the limit waits before it gets a 503 (default:"
                            + " ${DEFAULT-VALUE})")
    private Duration patience = Duration.ZERO;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = {
                "how long a server may take to begin its answer, or be silent in it",
                "(default: ${DEFAULT-VALUE})"
            })
    private Duration timeout = Duration.ZERO;

    @Option(
            names = "--health",
            paramLabel = "PATH",
            description = "a path to ask each server for; one that fails gets no requests")
    private @Nullable String health;

    @Option(
            names = "--health-every",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "how often to ask for it (default: ${DEFAULT-VALUE})")
    private Duration healthEvery = Duration.ZERO;

    @Option(
            names = "--own-host",
            description =
                    "send each server its own name as Host, not the one that the client asked for")
    private boolean ownHost;

    @Option(
            names = {"-k", "--insecure"},
            description = "accept any TLS certificate of the servers")
    private boolean insecure;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description =
                    "how long requests may finish after a stop signal (default: ${DEFAULT-VALUE})")
    private Duration grace = Duration.ZERO;

    @Option(
            names = {"-q", "--quiet"},
            description = "print nothing but errors")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "print a line for each request")
    private boolean verbose;

    @Mixin private TlsOptions tls = new TlsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        tls.contradiction()
                .ifPresent(problem -> {
                    throw misuse(problem);
                });
        if (quiet && verbose) {
            throw misuse("--quiet and --verbose exclude each other");
        }
        if (limit < hubs) {
            throw misuse("--limit %d is less than one for each of %d hubs".formatted(limit, hubs));
        }
        if (health != null && !health.startsWith("/")) {
            throw misuse(
                    "Invalid value for option '--health': '%s' (expected a path, such as /health)"
                            .formatted(health));
        }
        if (healthEvery.isZero()) {
            throw misuse("Invalid value for option '--health-every': '0' (expected more)");
        }
        long streams = names.stream().filter(name -> name.startsWith(TCP)).count();
        if (streams > 0 && streams < names.size()) {
            throw misuse("tcp:// and http:// exclude each other");
        }
        var upstreams = upstreams();
        var address = new InetSocketAddress(host, port);
        if (host.isEmpty() || address.isUnresolved()) {
            throw unusable(
                    "Invalid value for option '--host': no address is known of '" + host + "'");
        }
        try (var lines = LinePrinter.open(spec.commandLine().getOut())) {
            var settings =
                    new ProxySettings(
                            address, hubs, limit, patience, timeout, !ownHost, insecure, verbose,
                            context());
            var balance = new Balance(upstreams);
            return serve(
                    streams > 0
                            ? new StreamProxyServer(
                                    balance, settings, problem -> say(lines, problem))
                            : new HttpProxyServer(
                                    balance,
                                    settings,
                                    health,
                                    healthEvery,
                                    line -> say(lines, line)),
                    upstreams.size(),
                    lines);
        }
    }

    private List<Upstream> upstreams() {
        var upstreams = new ArrayList<Upstream>();
        for (var name : names) {
            boolean isStream = name.startsWith(TCP);
            try {
                var url = HttpUrl.of(isStream ? "http://" + name.substring(TCP.length()) : name);
                if (isStream && (!url.target().equals("/") || !name.matches(".*:[0-9]+"))) {
                    throw new IllegalArgumentException("expected tcp://HOST:PORT");
                }
                if (url.query() != null) {
                    throw new IllegalArgumentException("a query has no place in it");
                }
                upstreams.add(new Upstream(url));
            } catch (IllegalArgumentException e) {
                throw misuse(
                        "Invalid upstream '%s': %s"
                                .formatted(WebAddress.withoutPassword(name), e.getMessage()));
            }
        }
        return upstreams;
    }

    private int serve(RunningProxy server, int upstreams, LinePrinter lines) {
        var stopAsked = new CountDownLatch(1);
        try (server;
                var signals = StopSignals.on(stopAsked::countDown)) {
            server.start();
            var bound = server.address();
            var name = bound.getAddress().getHostAddress();
            say(
                    lines,
                    Look.of(Terminal.ofProcess())
                            .plain(
                                    "Proxy on %s:%d · %s · at most %d at once"
                                            .formatted(
                                                    name.contains(":") ? "[" + name + "]" : name,
                                                    bound.getPort(),
                                                    Quantity.count(upstreams, "server"),
                                                    limit)));
            stopAsked.await();
            say(lines, "Stopping");
            server.stop(grace);
            return (signals.isInterrupt() ? ExitCode.INTERRUPTED : ExitCode.OK).status();
        } catch (IOException e) {
            throw unusable("cannot listen on " + host + ":" + port + ": " + e.getMessage());
        } catch (InterruptedException _) {
            return ExitCode.INTERRUPTED.status();
        }
    }

    private @Nullable SSLContext context() {
        try {
            return tls.context().orElse(null);
        } catch (TlsFailure e) {
            throw unusable(String.valueOf(e.getMessage()));
        }
    }

    private void say(LinePrinter lines, String line) {
        if (!quiet) {
            lines.print(line);
        }
    }

    private static CommandFailure unusable(String message) {
        return new CommandFailure(ExitCode.CONFIGURATION, message);
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
