// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import io.eventlet.Timeout;
import io.eventlet.TimeoutExpired;
import io.eventlet.http.Headers;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.syntax.Bytes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// Opens WebSockets to servers.
///
/// ```java
/// try (var socket = WebSocketClient.of().connect(URI.create("wss://example.org/feed"))) {
///     socket.send("hello");
///     System.out.println(socket.receive());
/// }
/// ```
///
/// Redirects are not followed. Immutable, and thread-safe.
public final class WebSocketClient {
    private static final int SWITCHING = 101;
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);
    private static final WebSocketClient DEFAULT =
            new WebSocketClient(
                    null, WebSocketSettings.DEFAULT, List.of(), Headers.empty(), DEFAULT_LIMIT);

    private final @Nullable HttpClient http; // one of its own for each connection if there is none
    private final WebSocketSettings settings;
    private final List<String> protocols;
    private final Headers headers;
    private final Duration limit;

    private WebSocketClient(
            @Nullable HttpClient http,
            WebSocketSettings settings,
            List<String> protocols,
            Headers headers,
            Duration limit) {
        this.http = http;
        this.settings = settings;
        this.protocols = protocols;
        this.headers = headers;
        this.limit = limit;
    }

    /// With default settings, no sub-protocols, and the JVM's own trust.
    public static WebSocketClient of() {
        return DEFAULT;
    }

    /// As [#of()], by a client of HTTP: with its TLS, proxies, cookies, credentials and its rule of
    /// what may be connected to. Its limits hold for the handshake, and for nothing after that.
    public static WebSocketClient of(HttpClient client) {
        return new WebSocketClient(
                Objects.requireNonNull(client),
                WebSocketSettings.DEFAULT,
                List.of(),
                Headers.empty(),
                DEFAULT_LIMIT);
    }

    /// With other limits and habits.
    public WebSocketClient settings(WebSocketSettings newSettings) {
        return new WebSocketClient(
                http, Objects.requireNonNull(newSettings), protocols, headers, limit);
    }

    /// Offering these sub-protocols, the one that is liked best first.
    public WebSocketClient protocols(String... names) {
        for (var name : names) {
            if (!Bytes.isToken(name)) {
                throw new IllegalArgumentException("not the name of a sub-protocol: " + name);
            }
        }
        return new WebSocketClient(http, settings, List.of(names), headers, limit);
    }

    /// With one more field in the request, such as `Authorization`, `Cookie` or `Origin`.
    public WebSocketClient header(String name, String value) {
        return new WebSocketClient(http, settings, protocols, headers.and(name, value), limit);
    }

    /// With another limit for connecting and the handshake together, 30 seconds unless set.
    public WebSocketClient limit(Duration newLimit) {
        return new WebSocketClient(
                http, settings, protocols, headers, Objects.requireNonNull(newLimit));
    }

    /// Opens a WebSocket to a URI with the scheme `ws` or `wss`. Throws [HandshakeFailed] if the
    /// server does not open one, a `SocketTimeoutException` after the limit, what [HttpClient]
    /// throws if there is no connection; an `IllegalArgumentException` for another URI.
    public WebSocket connect(URI uri) throws IOException {
        boolean isSecure = "wss".equalsIgnoreCase(uri.getScheme());
        if ((!isSecure && !"ws".equalsIgnoreCase(uri.getScheme()))
                || uri.getHost() == null
                || uri.getRawUserInfo() != null
                || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("not the URI of a WebSocket: " + uri);
        }
        var text = uri.toASCIIString();
        var url = (isSecure ? "https" : "http") + text.substring(text.indexOf(':'));
        var timeout = Timeout.after(limit);
        try {
            return connect(url);
        } catch (TimeoutExpired e) {
            if (e.timeout() != timeout) {
                throw e;
            }
            var late = new SocketTimeoutException(uri + " has not answered within " + limit);
            late.initCause(e);
            throw late;
        } finally {
            timeout.close();
        }
    }

    private WebSocket connect(String url) throws IOException {
        if (http != null) {
            return connect(url, http);
        }
        try (var own = HttpClient.create()) { // the WebSocket's connection is not its any more
            return connect(url, own);
        }
    }

    private WebSocket connect(String url, HttpClient client) throws IOException {
        var key = Handshake.newKey();
        var request = ClientRequest.get(url).headers(fields(key)).redirects(0).decoding(false);
        try (var response = client.send(request)) {
            var deflation = checked(response, key);
            var connection = response.upgraded();
            boolean done = false;
            try {
                var protocol = response.headers().get(Handshake.PROTOCOL);
                var socket = new WebSocket(connection, true, deflation, protocol, settings);
                done = true;
                return socket;
            } finally {
                if (!done) {
                    connection.close();
                }
            }
        }
    }

    private Headers fields(String key) {
        var fields =
                headers.and("Connection", "Upgrade")
                        .and("Upgrade", "websocket")
                        .and(Handshake.VERSION_FIELD, Handshake.VERSION)
                        .and(Handshake.KEY, key);
        var offer = Deflation.offer(settings.compression());
        if (offer != null) {
            fields = fields.and(Handshake.EXTENSIONS, offer);
        }
        return protocols.isEmpty()
                ? fields
                : fields.and(Handshake.PROTOCOL, String.join(", ", protocols));
    }

    /// What was agreed on for compression; throws what is wrong with an answer.
    private @Nullable Deflation checked(ClientResponse response, String key)
            throws HandshakeFailed {
        var fields = response.headers();
        if (response.status() != SWITCHING) {
            throw new HandshakeFailed(
                    response.status(),
                    fields,
                    "the server has answered %d %s"
                            .formatted(response.status(), response.reason()));
        }
        if (!fields.hasToken("Upgrade", "websocket")
                || !fields.hasToken("Connection", "Upgrade")
                || !fields.all(Handshake.ACCEPT).equals(List.of(Handshake.accept(key)))) {
            throw wrong(fields, "its answer is not one to this handshake");
        }
        var protocol = fields.all(Handshake.PROTOCOL);
        if (protocol.size() > 1 || !protocols.containsAll(protocol)) {
            throw wrong(fields, "it speaks a sub-protocol that was not offered: " + protocol);
        }
        var extensions = Extension.parse(fields.all(Handshake.EXTENSIONS));
        if (extensions == null || extensions.size() > 1) {
            throw wrong(fields, "it uses extensions that were not offered");
        }
        if (extensions.isEmpty()) {
            return null;
        }
        var agreed = Deflation.agreed(extensions.getFirst(), settings.compression());
        if (agreed == null) {
            throw wrong(fields, "it uses an extension that was not offered, or not so");
        }
        return agreed;
    }

    private static HandshakeFailed wrong(Headers fields, String message) {
        return new HandshakeFailed(SWITCHING, fields, message);
    }
}
