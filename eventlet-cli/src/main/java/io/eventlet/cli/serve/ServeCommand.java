// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.serve;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.options.CountConverter;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.cli.options.HubOptions;
import io.eventlet.cli.options.PathConverter;
import io.eventlet.cli.options.PortConverter;
import io.eventlet.cli.tls.TlsFailure;
import io.eventlet.cli.tls.TlsOptions;
import io.eventlet.http.server.AccessLogFormat;
import io.eventlet.http.server.Compressed;
import io.eventlet.http.server.FileHandler;
import io.eventlet.http.server.Handler;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

import javax.net.ssl.SSLContext;

/// `eventlet serve`: serves the files of a directory over HTTP or HTTPS.
@Command(
        name = "serve",
        sortOptions = false,
        description = "Serve the files of a directory over HTTP.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  eventlet serve",
            "  eventlet serve site --port 8080 --host 0.0.0.0 --access-log combined",
            "  eventlet serve dist --spa --gzip --cache 1h",
            "  eventlet serve files --tls-cert cert.pem --tls-key key.pem"
        })
public final class ServeCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            defaultValue = ".",
            converter = PathConverter.class,
            description = "the directory to serve (default: the current one)")
    private Path directory = Path.of(".");

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "8000",
            converter = PortConverter.class,
            description =
                    "the port to listen on; 0 lets the system choose (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = {
                "the address to listen on (default: ${DEFAULT-VALUE}, this machine only;",
                "0.0.0.0 for everybody)"
            })
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
            names = "--no-listing",
            description = "answer 403 for a directory without index.html, instead of a list")
    private boolean noListing;

    @Option(names = "--hidden", description = "serve and list names that begin with a dot as well")
    private boolean hidden;

    @Option(
            names = "--follow-links",
            description = "follow symbolic links that lead out of the directory as well")
    private boolean followLinks;

    @Option(
            names = "--spa",
            description =
                    "answer with index.html where nothing is found: for one-page applications")
    private boolean singlePage;

    @Option(
            names = "--gzip",
            description = {
                "send FILE.br, FILE.zst or FILE.gz for FILE to clients that take them, and",
                "compress other texts for each request"
            })
    private boolean gzip;

    @Option(
            names = "--cache",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "how long clients may keep files, e.g. 1h (default: they ask each time)")
    private @Nullable Duration cache;

    @Option(names = "--cors", description = "let scripts of pages from anywhere read the files")
    private boolean cors;

    @Option(
            names = "--access-log",
            paramLabel = "FORMAT",
            description = "print a line for each request: common, combined or json")
    private @Nullable String accessLog;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description =
                    "how long responses may go on after a stop signal (default: ${DEFAULT-VALUE})")
    private Duration grace = Duration.ZERO;

    @Option(
            names = {"-q", "--quiet"},
            description = "print nothing but errors, and the access log if it is asked for")
    private boolean quiet;

    @Mixin private HubOptions hubs = new HubOptions();

    @Mixin private TlsOptions tls = new TlsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
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
        var format = format();
        var handler = handler();
        if (!Files.isDirectory(directory)) {
            throw unusable(
                    "'%s' %s"
                            .formatted(
                                    directory,
                                    Files.exists(directory)
                                            ? "is not a directory"
                                            : "cannot be served: there is no such directory"),
                    null);
        }
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw unusable(
                    "Invalid value for option '--host': no address is known of '" + host + "'",
                    null);
        }
        var settings =
                new FilesServer.Settings(
                        directory,
                        handler,
                        address,
                        hubs.count(),
                        hubs.pinned(),
                        maxConnections,
                        context(),
                        format,
                        grace);
        return new FilesServer(settings, quiet, spec.commandLine().getOut()).run();
    }

    private Handler handler() {
        var files =
                FileHandler.builder(directory)
                        .listings(!noListing)
                        .hidden(hidden)
                        .followLinks(followLinks)
                        .singlePage(singlePage)
                        .precompressed(gzip)
                        .cacheControl(cache == null ? "no-cache" : "max-age=" + cache.toSeconds());
        if (cors) {
            files.cors("*");
        }
        return gzip ? Compressed.of(files.build()) : files.build();
    }

    private @Nullable AccessLogFormat format() {
        return switch (accessLog) {
            case null -> null;
            case "common" -> AccessLogFormat.COMMON;
            case "combined" -> AccessLogFormat.COMBINED;
            case "json" -> AccessLogFormat.JSON;
            default ->
                    throw misuse(
                            "Invalid value for option '--access-log': '%s' (expected common, combined or json)"
                                    .formatted(accessLog));
        };
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
