// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.BadMessage;
import io.eventlet.http.wire.Framing;
import io.eventlet.http.wire.Limits;
import io.eventlet.http.wire.RequestHead;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// How a server is to be, for its connections.
record ServerSettings(
        Handler handler,
        ServerLimits limits,
        Limits wireLimits,
        boolean keepAlive,
        boolean anyMethod,
        boolean proxyProtocol,
        String serverField,
        @Nullable AccessLog accessLog,
        BufferPool buffers) {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");
    private static final int BUFFER = 8192;
    private static final Set<String> METHODS =
            Set.of(
                    "ACL",
                    "BASELINE-CONTROL",
                    "BIND",
                    "CHECKIN",
                    "CHECKOUT",
                    "CONNECT",
                    "COPY",
                    "DELETE",
                    "GET",
                    "HEAD",
                    "LABEL",
                    "LINK",
                    "LOCK",
                    "MERGE",
                    "MKACTIVITY",
                    "MKCALENDAR",
                    "MKCOL",
                    "MKREDIRECTREF",
                    "MKWORKSPACE",
                    "MOVE",
                    "OPTIONS",
                    "ORDERPATCH",
                    "PATCH",
                    "POST",
                    "PROPFIND",
                    "PROPPATCH",
                    "PUT",
                    "QUERY",
                    "REBIND",
                    "REPORT",
                    "SEARCH",
                    "TRACE",
                    "UNBIND",
                    "UNCHECKOUT",
                    "UNLINK",
                    "UNLOCK",
                    "UPDATE",
                    "UPDATEREDIRECTREF",
                    "VERSION-CONTROL");

    static ServerSettings of(
            Handler handler,
            ServerLimits limits,
            boolean keepAlive,
            boolean anyMethod,
            boolean proxyProtocol,
            @Nullable String serverName,
            @Nullable AccessLog accessLog) {
        var field = serverName == null ? "" : "Server: " + serverName + "\r\n";
        var wire =
                new Limits(
                        limits.requestLine(),
                        limits.headerLine(),
                        limits.headers(),
                        limits.headerBytes());
        return new ServerSettings(
                handler,
                limits,
                wire,
                keepAlive,
                anyMethod,
                proxyProtocol,
                field,
                accessLog,
                new BufferPool(BUFFER));
    }

    /// Refuses what no handler should see: methods that nobody has registered, unless they are
    /// wanted, expectations other than the one there is, bodies that are too long.
    void check(RequestHead head, Framing framing) throws BadMessage {
        if (head.method() != "GET" && !anyMethod && !METHODS.contains(head.method())) {
            throw new BadMessage(501, "the method %s is not known here".formatted(head.method()));
        }
        if (framing.length() > limits.body()) {
            throw new BadMessage(413, "the body is longer than %d bytes".formatted(limits.body()));
        }
        boolean ignored = head.expectsContinue(); // or something else, which is refused
    }

    void log(
            Socket socket,
            @Nullable Request request,
            int status,
            long bodyBytes,
            long start,
            @Nullable Throwable failure) {
        if (accessLog != null) {
            var time = Duration.ofNanos(System.nanoTime() - start);
            var address =
                    request != null
                            ? request.remoteAddress()
                            : (InetSocketAddress) socket.getRemoteSocketAddress();
            var client = address == null ? "-" : address.getAddress().getHostAddress();
            var begin = Instant.now().minus(time);
            var entry =
                    new AccessLog.Entry(client, request, status, bodyBytes, begin, time, failure);
            try {
                accessLog.log(entry);
            } catch (RuntimeException e) { // the request has been answered all the same
                LOGGER.log(System.Logger.Level.WARNING, "logging " + request + " failed", e);
            }
        }
    }
}
