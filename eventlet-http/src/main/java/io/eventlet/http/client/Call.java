// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What a request takes until there is an answer for the caller: connections that were lost are
/// replaced, servers that ask who we are get told, redirects are followed.
final class Call {
    private static final int UNAUTHORIZED = 401;
    private static final int PROXY_UNAUTHORIZED = 407;
    private static final int MOST_CREDENTIALS = 3;
    private static final int MOST_STALE = 20; // besides: others use up the same nonce

    private final ClientSettings settings;
    private final Connections connections;
    private final long deadline;
    private final List<HttpUrl> visited = new ArrayList<>(0);
    private ClientRequest request;

    Call(ClientSettings settings, Connections connections, ClientRequest request) {
        this.settings = settings;
        this.connections = connections;
        this.request = request;
        var limit = request.options().limit();
        long nanos = limit == null ? settings.limitNanos() : Waits.nanos(limit);
        deadline = nanos == 0 ? Waits.NEVER : Waits.deadlineAfter(nanos);
    }

    ClientResponse run() throws IOException {
        int own = request.options().redirects();
        int most = own == RequestOptions.AS_CLIENT ? settings.redirects() : own;
        while (true) {
            var response = authenticated();
            boolean done = false;
            try {
                var next = most == 0 ? null : Redirects.next(request, response);
                if (next == null || !settings.redirectRule().test(request.url(), next.url())) {
                    done = true;
                    return response.redirectedBy(visited);
                }
                if (visited.size() == most) {
                    throw new ProtocolException(
                            "more than %d redirects, the last one from %s to %s"
                                    .formatted(most, request.url(), next.url()));
                }
                visited.add(request.url());
                request = next;
                response.skipBody();
                done = true;
            } finally {
                if (!done) {
                    response.close();
                }
            }
        }
    }

    /// An answer, for which we have said who we are if that was asked.
    private ClientResponse authenticated() throws IOException {
        var route = Route.of(request, settings.proxies().apply(request.url()));
        var own = authentication();
        var proxy =
                route.isForwarded() ? Objects.requireNonNull(route.proxy()).authentication : null;
        var credentials = credentials(own, List.of());
        var proxyCredentials = credentials(proxy, List.of());
        int stale = 0;
        for (int i = 1; ; i++) {
            var response = exchanged(route, credentials, proxyCredentials);
            stale += stale < MOST_STALE && isStale(response) ? 1 : 0;
            if (i - stale == MOST_CREDENTIALS || !request.isRepeatable()) {
                return response;
            }
            boolean done = false;
            try {
                var better = better(response, UNAUTHORIZED, own, credentials);
                var proxyBetter = better(response, PROXY_UNAUTHORIZED, proxy, proxyCredentials);
                done = true;
                if (better == null && proxyBetter == null) {
                    return response;
                }
                credentials = better == null ? credentials : better;
                proxyCredentials = proxyBetter == null ? proxyCredentials : proxyBetter;
            } finally {
                if (!done) {
                    response.close();
                }
            }
            response.skipBody();
            if (own != null && credentials != null && response.status() == PROXY_UNAUTHORIZED) {
                credentials = credentials(own, List.of()); // none is used twice
            }
        }
    }

    private @Nullable Authentication authentication() {
        if (request.headers().contains("Authorization")) {
            return null;
        }
        var own = request.options().authentication();
        if (own != null || settings.authentications().isEmpty()) {
            return own;
        }
        return settings.authentications().get(HttpClient.origin(request.url()));
    }

    private @Nullable String credentials(@Nullable Authentication by, List<String> challenges)
            throws IOException {
        return by == null
                ? null
                : by.credentials(request.method(), request.url().target(), challenges);
    }

    /// Other credentials than before, after an answer that asks for them; null if there are none.
    private @Nullable String better(
            ClientResponse response, int status, @Nullable Authentication by, @Nullable String old)
            throws IOException {
        if (by == null || response.status() != status) {
            return null;
        }
        var field = status == UNAUTHORIZED ? "WWW-Authenticate" : "Proxy-Authenticate";
        var challenges = response.headers().all(field);
        var better =
                by instanceof DigestAuthentication digest
                        ? digest.credentials(
                                request.method(), request.url().target(), challenges, old)
                        : credentials(by, challenges);
        return better == null || better.equals(old) ? null : better;
    }

    private static boolean isStale(ClientResponse response) {
        return switch (response.status()) {
            case UNAUTHORIZED ->
                    DigestAuthentication.isStale(response.headers().all("WWW-Authenticate"));
            case PROXY_UNAUTHORIZED ->
                    DigestAuthentication.isStale(response.headers().all("Proxy-Authenticate"));
            default -> false;
        };
    }

    /// An answer, on another connection if the first one turns out to have been closed.
    private ClientResponse exchanged(
            Route route, @Nullable String credentials, @Nullable String proxyCredentials)
            throws IOException {
        var exchange = new Exchange(settings, connections, request, route, deadline);
        ClientResponse response;
        try {
            response = exchange.run(credentials, proxyCredentials, false);
            if (!settings.retries() || !exchange.isStale(response)) {
                return kept(response);
            }
            response.close();
        } catch (IOException e) {
            if (!settings.retries() || !exchange.mayBeRepeated(e)) {
                throw e;
            }
        }
        var again = new Exchange(settings, connections, request, route, deadline);
        return kept(again.run(credentials, proxyCredentials, true));
    }

    private ClientResponse kept(ClientResponse response) {
        var cookies = settings.cookies();
        if (cookies != null) {
            cookies.store(request.url(), response.headers());
        }
        return response;
    }
}
