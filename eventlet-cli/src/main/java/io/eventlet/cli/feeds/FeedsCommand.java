// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.Terminal;
import io.eventlet.cli.display.LinePrinter;
import io.eventlet.cli.display.Look;
import io.eventlet.cli.options.CountConverter;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.cli.options.PortConverter;
import io.eventlet.cli.process.About;
import io.eventlet.cli.process.StopSignals;
import io.eventlet.cli.web.Exchange;
import io.eventlet.cli.web.WebClient;
import io.eventlet.http.client.HttpClient;
import io.eventlet.hub.Hub;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// `eventlet feeds`: a server that is a client of many others, with one limit for all its requests.
@Command(
        name = "feeds",
        sortOptions = false,
        description = {
            "Run a server that gives the titles of feeds.",
            "POST a list of feed URLs to it, one a line; it asks for all of them at once and"
                    + " answers with their titles in the same order, RSS and Atom alike. It fetches"
                    + " whatever URL it is given: let only those reach it who may do that."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  eventlet feeds --port 8080 &",
            "  curl --data-binary @feeds.txt http://127.0.0.1:8080/"
        })
public final class FeedsCommand implements Callable<Integer> {
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
            names = {"-l", "--limit"},
            paramLabel = "N",
            defaultValue = "100",
            converter = CountConverter.class,
            description =
                    "how many feeds to ask for at once, over all requests (default:"
                            + " ${DEFAULT-VALUE})")
    private int limit;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "how long one feed may take, e.g. 500ms, 10s (default: ${DEFAULT-VALUE})")
    private Duration timeout = Duration.ZERO;

    @Option(
            names = "--max-urls",
            paramLabel = "N",
            defaultValue = "1000",
            converter = CountConverter.class,
            description = "how many URLs one request may hold (default: ${DEFAULT-VALUE})")
    private int maxUrls;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description =
                    "how long requests may finish after a stop signal (default: ${DEFAULT-VALUE})")
    private Duration grace = Duration.ZERO;

    @Option(
            names = {"-k", "--insecure"},
            description = "accept any TLS certificate")
    private boolean insecure;

    @Option(
            names = {"-q", "--quiet"},
            description = "print nothing but errors")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "print a line for each request")
    private boolean verbose;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (quiet && verbose) {
            throw misuse("--quiet and --verbose exclude each other");
        }
        if (timeout.isZero()) {
            throw misuse(
                    "Invalid value for option '--timeout': '0' (expected more: a dead host must not"
                            + " hold a permit)");
        }
        if (host.isEmpty()) {
            throw misuse(
                    "Invalid value for option '--host': '' (expected an address; 0.0.0.0 is all of"
                            + " them)");
        }
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "Invalid value for option '--host': no address is known of '" + host + "'");
        }
        HttpClient client = WebClient.decoding(limit, insecure);
        try {
            return serve(
                    address,
                    new TitleDispatch(new Exchange(client, About.userAgent(), timeout), limit));
        } finally {
            client.close();
        }
    }

    private int serve(InetSocketAddress address, TitleDispatch dispatch) {
        // Requests have lines too, and must not wait for who reads them.
        try (LinePrinter lines = LinePrinter.open(spec.commandLine().getOut())) {
            return serve(address, dispatch, lines);
        }
    }

    private int serve(InetSocketAddress address, TitleDispatch dispatch, LinePrinter lines) {
        Consumer<String> log = verbose ? lines::print : _ -> {};
        var stopAsked = new CountDownLatch(1);
        try (FeedsServer server = FeedsServer.start(address, dispatch, maxUrls, log);
                StopSignals signals = StopSignals.on(stopAsked::countDown)) {
            say(lines, greeting(server));
            stopAsked.await();
            say(lines, "Stopping");
            server.close(grace);
            return (signals.isInterrupt() ? ExitCode.INTERRUPTED : ExitCode.OK).status();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "cannot listen on " + host + ":" + port + ": " + e.getMessage(),
                    e);
        } catch (InterruptedException _) {
            return ExitCode.INTERRUPTED.status();
        }
    }

    private String greeting(FeedsServer server) {
        InetSocketAddress bound = server.address();
        String name = bound.getAddress().getHostAddress();
        return Look.of(Terminal.ofProcess())
                .plain(
                        "Feeds on http://%s:%d/ · at most %d feeds at once · %s mode, %s"
                                .formatted(
                                        name.contains(":") ? "[" + name + "]" : name,
                                        bound.getPort(),
                                        limit,
                                        Hub.main().mode().name().toLowerCase(Locale.ROOT),
                                        Hub.main().poller()));
    }

    private void say(LinePrinter lines, String line) {
        if (!quiet) {
            lines.print(line);
        }
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
