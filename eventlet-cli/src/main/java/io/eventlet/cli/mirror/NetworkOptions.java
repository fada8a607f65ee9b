// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.options.DurationConverter;
import io.eventlet.cli.process.About;
import io.eventlet.cli.tls.ClientTlsOptions;
import io.eventlet.cli.tls.TlsFailure;
import io.eventlet.cli.web.WebClient;
import io.eventlet.http.client.AddressRule;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.CookieStore;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.ProxyServer;
import io.eventlet.mirror.crawl.MirrorBuilder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The options that say how servers are asked.
final class NetworkOptions {
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
            names = "--no-private",
            description = "connect to public addresses only: not to this network or machine")
    private boolean isPublicOnly;

    @Option(
            names = "--header",
            paramLabel = "FIELD",
            description = "one more field of each request: 'Name: value'")
    private List<String> headers = new ArrayList<>();

    /// What is wrong with them.
    String contradiction() {
        for (var header : headers) {
            if (header.indexOf(':') < 1) {
                return "'%s' is not a field (expected 'Name: value')".formatted(header);
            }
            var problem = problem("--header", name(header), value(header));
            if (!problem.isEmpty()) {
                return problem;
            }
        }
        return problem("--user-agent", "User-Agent", userAgent);
    }

    /// Why a field cannot be sent.
    private static String problem(String option, String name, String value) {
        try {
            var ignored = ClientRequest.get("http://localhost/").header(name, value);
            return "";
        } catch (IllegalArgumentException e) {
            return "%s: %s".formatted(option, e.getMessage());
        }
    }

    private static String name(String header) {
        return header.substring(0, header.indexOf(':')).strip();
    }

    private static String value(String header) {
        return header.substring(header.indexOf(':') + 1).strip();
    }

    /// Whether a field says who asks.
    boolean isSayingWhoAsks() {
        return headers.stream()
                .map(NetworkOptions::name)
                .anyMatch("Authorization"::equalsIgnoreCase);
    }

    /// A client that asks as the options say, with these cookies.
    HttpClient client(
            int concurrency,
            ClientTlsOptions tls,
            @Nullable CookieStore cookies,
            Map<String, String> environment) {
        try {
            var builder =
                    WebClient.copying(concurrency)
                            .connectLimit(timeout)
                            .headLimit(timeout)
                            .idleLimit(timeout)
                            .proxies(ProxyServer.fromEnvironment(environment));
            if (isPublicOnly) {
                builder.addressRule(AddressRule.publicOnly());
            }
            if (cookies != null) {
                builder.cookies(cookies);
            }
            tls.factory().ifPresent(builder::tls);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION,
                    "the proxy that the environment names cannot be used: " + e.getMessage(),
                    e);
        } catch (TlsFailure e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    void apply(MirrorBuilder mirror) {
        mirror.userAgent(userAgent);
        for (var header : headers) {
            mirror.header(name(header), value(header));
        }
    }
}
