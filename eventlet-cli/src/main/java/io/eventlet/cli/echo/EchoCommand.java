// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.echo;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.options.CountConverter;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.cli.options.HubOptions;
import io.eventlet.cli.options.PortConverter;
import io.eventlet.cli.tls.TlsFailure;
import io.eventlet.cli.tls.TlsOptions;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;

import javax.net.ssl.SSLContext;

/// `eventlet echo`: sends back whatever its clients send, for tens of thousands of them at once.
@Command(
        name = "echo",
        sortOptions = false,
        description = "Run a server that sends back whatever its clients send.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  eventlet echo --port 6000",
            "  eventlet echo --port 6000 --hubs 2 --pin --max-connections 50000",
            "  eventlet echo --port 6443 --tls-cert cert.pem --tls-key key.pem"
        })
public final class EchoCommand implements Callable<Integer> {
    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "6000",
            converter = PortConverter.class,
            description =
                    "the port to listen on; 0 lets the system choose (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "0.0.0.0",
            description = "the address to listen on (default: ${DEFAULT-VALUE}, all of them)")
    private String host = "";

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "10000",
            converter = CountConverter.class,
            description = {
                "how many connections at once; more wait in the kernel's queue until one ends",
                "(default: ${DEFAULT-VALUE})"
            })
    private int maxConnections;

    @Option(
            names = "--deferred-writes",
            description = "send short echoes together, when a hub waits (--hub io_uring)")
    private boolean deferredWrites;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = DurationConverter.class,
            description =
                    "how long connections may finish after a stop signal (default:"
                            + " ${DEFAULT-VALUE})")
    private Duration grace = Duration.ZERO;

    @Option(
            names = {"-q", "--quiet"},
            description = "print nothing but errors")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "print a line for each connection that comes and goes")
    private boolean verbose;

    @Mixin private HubOptions hubs = new HubOptions();

    @Mixin private TlsOptions tls = new TlsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (quiet && verbose) {
            throw misuse("--quiet and --verbose exclude each other");
        }
        hubs.contradiction(maxConnections)
                .ifPresent(problem -> {
                    throw misuse(problem);
                });
        tls.contradiction()
                .ifPresent(problem -> {
                    throw misuse(problem);
                });
        if (host.isEmpty()) {
            throw misuse(
                    "Invalid value for option '--host': '' (expected an address; 0.0.0.0 is all of"
                            + " them)");
        }
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw unusable(
                    "Invalid value for option '--host': no address is known of '" + host + "'",
                    null);
        }
        var settings =
                new EchoServer.Settings(
                        address,
                        hubs.count(),
                        hubs.pinned(),
                        maxConnections,
                        deferredWrites,
                        context(),
                        grace);
        Detail detail = quiet ? Detail.NONE : verbose ? Detail.CONNECTIONS : Detail.STATE;
        var line = spec.commandLine();
        return new EchoServer(settings, detail, line.getOut(), line.getErr()).run();
    }

    private @Nullable SSLContext context() {
        try {
            return tls.context().orElse(null);
        } catch (TlsFailure e) {
            throw unusable(e.getMessage(), e);
        }
    }

    private static CommandFailure unusable(@Nullable String message, @Nullable Exception cause) {
        return new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(message), cause);
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
