// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.http.Headers;
import io.eventlet.http.server.Request;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Which fields a proxy passes on (RFC 9110, 7.6), and which it adds.
final class ProxyFields {
    /// For one connection only, or what frames the message, which is framed anew.
    private static final List<String> OF_THE_CONNECTION =
            List.of(
                    "Connection",
                    "Keep-Alive",
                    "Proxy-Connection",
                    "Proxy-Authenticate",
                    "Proxy-Authorization",
                    "TE",
                    "Trailer",
                    "Transfer-Encoding",
                    "Upgrade",
                    "Content-Length",
                    "Expect");

    /// What says who asks whom, and on what condition: whoever reads a trailer as if it stood in
    /// the head would believe the client in place of this proxy (RFC 9110, 6.5.1).
    private static final List<String> OF_A_HEAD =
            List.of(
                    "Host",
                    "Max-Forwards",
                    "Forwarded",
                    "Via",
                    "X-Real-IP",
                    "Authorization",
                    "WWW-Authenticate",
                    "Cookie",
                    "Set-Cookie",
                    "If-Match",
                    "If-None-Match",
                    "If-Modified-Since",
                    "If-Unmodified-Since",
                    "If-Range",
                    "Range",
                    "Content-Encoding",
                    "Content-Type",
                    "Content-Range",
                    "Cache-Control",
                    "Location");

    private static final String FORWARDED = "X-Forwarded-";

    private ProxyFields() {}

    /// Of a request, with who sent it: `Forwarded` (RFC 7239) and what is older.
    static Headers ofRequest(Request request, boolean keepsHost) {
        var fields = withoutThoseOfTheConnection(request.headers());
        var upgrade = upgrade(request);
        if (upgrade != null) {
            fields = fields.with("Upgrade", upgrade);
        }
        var client = request.remoteAddress().getAddress().getHostAddress();
        var host = request.authority();
        fields = keepsHost && !host.isEmpty() ? fields.with("Host", host) : fields.without("Host");
        var node = client.contains(":") ? "\"[" + client + "]\"" : client;
        return appended(fields, "X-Forwarded-For", client)
                .with("X-Forwarded-Proto", request.scheme())
                .with("X-Forwarded-Host", host.isEmpty() ? "unknown" : host)
                .and(
                        "Forwarded",
                        "for=%s;host=\"%s\";proto=%s".formatted(node, host, request.scheme()))
                .and("Via", request.version().substring("HTTP/".length()) + " eventlet");
    }

    /// The other protocol that is asked for; null if there is none, or it is HTTP/2: a proxy that
    /// does not speak it would not see what is asked for.
    private static @Nullable String upgrade(Request request) {
        var upgrade = request.header("Upgrade");
        boolean isMeant =
                upgrade != null
                        && request.version().equals("HTTP/1.1")
                        && request.headers().hasToken("Connection", "upgrade")
                        && !request.headers().hasToken("Upgrade", "h2c");
        return isMeant ? upgrade : null;
    }

    /// As a list in one field, so that no reader takes the first line only.
    private static Headers appended(Headers fields, String name, String value) {
        var before = fields.all(name);
        return before.isEmpty()
                ? fields.with(name, value)
                : fields.with(name, String.join(", ", before) + ", " + value);
    }

    /// Of the fields behind a body, in either direction.
    static Headers ofTrailers(Headers trailers) {
        var names = new ArrayList<>(OF_A_HEAD);
        trailers.forEach((name, _) -> {
            if (name.regionMatches(true, 0, FORWARDED, 0, FORWARDED.length())) {
                names.add(name);
            }
        });
        var left = withoutThoseOfTheConnection(trailers);
        for (var name : names) {
            left = left.without(name);
        }
        return left;
    }

    static Headers ofResponse(Headers headers) {
        return withoutThoseOfTheConnection(headers);
    }

    private static Headers withoutThoseOfTheConnection(Headers headers) {
        var left = headers;
        for (var list : headers.all("Connection")) {
            for (var name : list.split(",", -1)) {
                if (!name.isBlank()) {
                    left = left.without(name.strip());
                }
            }
        }
        for (var name : OF_THE_CONNECTION) {
            left = left.without(name);
        }
        return left;
    }
}
