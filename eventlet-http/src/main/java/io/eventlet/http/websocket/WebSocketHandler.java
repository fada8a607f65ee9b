// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import io.eventlet.Eventlet;
import io.eventlet.errors.Cancelled;
import io.eventlet.http.Headers;
import io.eventlet.http.UpgradedConnection;
import io.eventlet.http.server.Handler;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;
import io.eventlet.http.syntax.Bytes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// A handler of a server that makes requests WebSockets, and has a session use each.
///
/// ```java
/// var echo =
///         WebSocketHandler.of((socket, request) -> {
///             while (socket.receive() instanceof Message.Text(var text)) {
///                 socket.send(text);
///             }
///         });
/// ```
///
/// A request that asks for no WebSocket is answered with 426, one that breaks the handshake with
/// 400, one of another version with 426. Pages of other sites are refused with 403: a browser sends
/// its cookies with their requests, so that they could act for the user. Immutable.
public final class WebSocketHandler implements Handler {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    private final WebSocketSession session;
    private final WebSocketSettings settings;
    private final List<String> protocols;
    private final BiPredicate<String, Request> origins;

    private WebSocketHandler(
            WebSocketSession session,
            WebSocketSettings settings,
            List<String> protocols,
            BiPredicate<String, Request> origins) {
        this.session = session;
        this.settings = settings;
        this.protocols = protocols;
        this.origins = origins;
    }

    /// With default settings, no sub-protocols, and for pages of the same host only.
    public static WebSocketHandler of(WebSocketSession session) {
        return new WebSocketHandler(
                Objects.requireNonNull(session),
                WebSocketSettings.DEFAULT,
                List.of(),
                WebSocketHandler::isSameHost);
    }

    /// With other limits and habits.
    public WebSocketHandler settings(WebSocketSettings newSettings) {
        return new WebSocketHandler(
                session, Objects.requireNonNull(newSettings), protocols, origins);
    }

    /// With these sub-protocols: the first that a client names of them is taken. A client that
    /// names none of them is served without one.
    public WebSocketHandler protocols(String... names) {
        for (var name : names) {
            if (!Bytes.isToken(name)) {
                throw new IllegalArgumentException("not the name of a sub-protocol: " + name);
            }
        }
        return new WebSocketHandler(session, settings, List.of(names), origins);
    }

    /// For pages of these origins, such as `https://example.org`; a client that names none, and so
    /// is no browser, is always served.
    public WebSocketHandler origins(Predicate<String> areAllowed) {
        Objects.requireNonNull(areAllowed);
        return new WebSocketHandler(
                session, settings, protocols, (origin, _) -> areAllowed.test(origin));
    }

    private static boolean isSameHost(String origin, Request request) {
        int scheme = origin.indexOf("://");
        return scheme >= 0
                && origin.substring(scheme + "://".length()).equalsIgnoreCase(request.authority());
    }

    @Override
    public Response handle(Request request) {
        var refusal = refusal(request);
        if (refusal != null) {
            return refusal;
        }
        var fields = request.headers();
        var offers = Extension.parse(fields.all(Handshake.EXTENSIONS));
        if (offers == null) {
            return bad("Sec-WebSocket-Extensions is not a list of extensions");
        }
        var accept = Handshake.accept(fields.get(Handshake.KEY, ""));
        var answer = Headers.of(Handshake.ACCEPT, accept);
        var deflation = Deflation.accepted(offers, settings.compression());
        if (deflation != null) {
            answer = answer.and(Handshake.EXTENSIONS, deflation.response());
        }
        var protocol = protocol(fields);
        if (protocol != null) {
            answer = answer.and(Handshake.PROTOCOL, protocol);
        }
        return Response.upgrade(
                "websocket", answer, connection -> run(connection, request, deflation, protocol));
    }

    private @Nullable Response refusal(Request request) {
        var fields = request.headers();
        if (!request.isMethod("GET")) {
            return Response.text(405, "a WebSocket is asked for by GET\n").header("Allow", "GET");
        }
        if (request.version().equals("HTTP/1.0")
                || !fields.hasToken("Connection", "Upgrade")
                || !fields.hasToken("Upgrade", "websocket")) {
            return Response.text(426, "this is a WebSocket\n").header("Upgrade", "websocket");
        }
        var version = fields.all(Handshake.VERSION_FIELD);
        if (!version.equals(List.of(Handshake.VERSION))) {
            return Response.text(426, "the version of WebSocket here is 13\n")
                    .header(Handshake.VERSION_FIELD, Handshake.VERSION);
        }
        var keys = fields.all(Handshake.KEY);
        if (keys.size() != 1 || !Handshake.isKey(keys.getFirst())) {
            return bad("Sec-WebSocket-Key is not 16 bytes in Base64");
        }
        if (fields.contains("Transfer-Encoding")
                || !fields.get("Content-Length", "0").equals("0")) {
            return bad("a request for a WebSocket has no body");
        }
        var named = fields.all("Origin");
        if (named.size() > 1 || (named.size() == 1 && !origins.test(named.getFirst(), request))) {
            return Response.text(403, "not for pages of this origin\n");
        }
        return null;
    }

    private static Response bad(String why) {
        return Response.text(400, why + "\n");
    }

    private @Nullable String protocol(Headers fields) {
        for (var name : Handshake.members(fields.all(Handshake.PROTOCOL))) {
            if (protocols.contains(name)) {
                return name;
            }
        }
        return null;
    }

    private void run(
            UpgradedConnection connection,
            Request request,
            @Nullable Deflation deflation,
            @Nullable String protocol)
            throws Exception {
        var socket = new WebSocket(connection, false, deflation, protocol, settings);
        connection.onStop(() ->
                Eventlet.spawnN(() -> socket.close(CloseCode.GOING_AWAY, "the server stops")));
        try {
            session.run(socket, request);
        } catch (IOException e) {
            if (socket.isOpen()) { // of something else
                socket.close(CloseCode.INTERNAL_ERROR, "");
                throw e;
            }
            LOGGER.log(System.Logger.Level.DEBUG, "ended: " + socket, e);
        } catch (Cancelled | InterruptedException e) { // it is not to wait
            socket.leave(CloseCode.GOING_AWAY, "");
            throw e;
        } catch (Throwable e) {
            socket.close(CloseCode.INTERNAL_ERROR, "");
            throw e;
        } finally {
            socket.close();
        }
    }
}
