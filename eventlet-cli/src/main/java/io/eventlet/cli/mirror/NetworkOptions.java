// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.options.CountConverter;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.cli.options.WholeNumberConverter;
import io.eventlet.cli.process.About;
import io.eventlet.cli.tls.ClientTlsOptions;
import io.eventlet.cli.tls.TlsFailure;
import io.eventlet.cli.web.WebClient;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.ProxyServer;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The options that say how servers are asked.
final class NetworkOptions {
    @Option(
            names = {"-c", "--concurrency"},
            paramLabel = "N",
            converter = CountConverter.class,
            description = "how many downloads at once (20)")
    private int concurrency = 20;

    @Option(
            names = "--per-host",
            paramLabel = "N",
            converter = CountConverter.class,
            description = "how many of them from one host (20)")
    private int perHost = 20;

    @Option(
            names = "--retries",
            paramLabel = "N",
            converter = WholeNumberConverter.class,
            description = "how often what fails for a moment is tried again (5)")
    private int retries = 5;

    @Option(
            names = "--retry-wait",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "how long before that, twice as long each time (1s)")
    private Duration firstPause = Duration.ofSeconds(1);

    @Option(
            names = {"-T", "--timeout"},
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "how long until there is a connection, an answer begins, more of it comes;"
                            + " 0 for no limit (60s)")
    private Duration timeout = Duration.ofSeconds(60);

    @Option(
            names = {"-U", "--user-agent"},
            paramLabel = "TEXT",
            description = "what requests say who asks")
    private String userAgent = About.userAgent();

    @Option(
            names = "--header",
            paramLabel = "FIELD",
            description = "one more field of each request: 'Name: value'")
    private List<String> headers = new ArrayList<>();

    int concurrency() {
        return concurrency;
    }

    int perHost() {
        return Math.min(perHost, concurrency);
    }

    int retries() {
        return retries;
    }

    Duration firstPause() {
        return firstPause;
    }

    /// What is wrong with them.
    String contradiction() {
        for (var header : headers) {
            if (header.indexOf(':') < 1) {
                return "'%s' is not a field (expected 'Name: value')".formatted(header);
            }
        }
        return "";
    }

    /// A client that asks as the options say.
    HttpClient client(ClientTlsOptions tls, Map<String, String> environment) {
        try {
            var builder =
                    WebClient.copying(concurrency)
                            .connectLimit(timeout)
                            .headLimit(timeout)
                            .idleLimit(timeout)
                            .userAgent(userAgent)
                            .proxies(ProxyServer.fromEnvironment(environment));
            for (var header : headers) {
                int colon = header.indexOf(':');
                builder.header(
                        header.substring(0, colon).strip(), header.substring(colon + 1).strip());
            }
            tls.factory().ifPresent(builder::tls);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "a proxy of the environment, or a field, cannot be used: " + e.getMessage(),
                    e);
        } catch (TlsFailure e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }
}
