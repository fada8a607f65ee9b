// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.http.Headers;
import io.eventlet.http.server.Request;

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

    private ProxyFields() {}

    /// Of a request, with who sent it: `Forwarded` (RFC 7239) and what is older.
    static Headers ofRequest(Request request, boolean keepsHost) {
        var fields = withoutThoseOfTheConnection(request.headers());
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

    /// As a list in one field, so that no reader takes the first line only.
    private static Headers appended(Headers fields, String name, String value) {
        var before = fields.all(name);
        return before.isEmpty()
                ? fields.with(name, value)
                : fields.with(name, String.join(", ", before) + ", " + value);
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
