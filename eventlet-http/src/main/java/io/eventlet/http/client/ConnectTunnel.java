// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.wire.Input;
import io.eventlet.http.wire.LenientReader;
import io.eventlet.http.wire.Limits;
import io.eventlet.http.wire.Output;
import io.eventlet.http.wire.ResponseFraming;
import io.eventlet.http.wire.ResponseHead;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;

/// Asks a proxy for a connection (RFC 9110, 9.3.6).
final class ConnectTunnel {
    private static final int BUFFER = 2048;
    private static final int UNKNOWN = 407;
    private static final int MOST_TRIES = 3;

    private final ProxyServer proxy;
    private final Input in;
    private final Output out;
    private final Limits limits;

    ConnectTunnel(ProxyServer proxy, TimedSocket socket, Limits limits) {
        this.proxy = proxy;
        this.limits = limits;
        in = new Input(socket::read, new byte[BUFFER]);
        out = new Output(socket::write, new byte[BUFFER]);
    }

    void open(Route route) throws IOException {
        var target = route.host() + ":" + route.port();
        var authentication = proxy.authentication;
        var credentials =
                authentication == null
                        ? null
                        : authentication.credentials("CONNECT", target, List.of());
        for (int tries = 1; ; tries++) {
            var head = ask(target, credentials);
            if (head.status() / 100 == 2) {
                if (in.buffered() > 0) {
                    throw new IOException(proxy + " speaks before it is spoken to");
                }
                return;
            }
            if (head.status() == UNKNOWN && authentication != null && tries < MOST_TRIES) {
                var better =
                        authentication.credentials(
                                "CONNECT", target, head.headers().all("Proxy-Authenticate"));
                if (better != null && !better.equals(credentials) && skipBody(head)) {
                    credentials = better;
                    continue;
                }
            }
            throw new IOException(
                    "%s answers %d %s when asked for a connection to %s"
                            .formatted(proxy, head.status(), head.reason(), target));
        }
    }

    private ResponseHead ask(String target, @Nullable String credentials) throws IOException {
        out.write("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n");
        if (credentials != null) {
            out.write("Proxy-Authorization: " + RequestWriter.checked(credentials) + "\r\n");
        }
        out.write("\r\n");
        out.flush();
        while (true) {
            var head = LenientReader.read(in, limits);
            if (head == null) {
                throw new EOFException(proxy + " closed the connection without an answer");
            }
            if (head.status() >= 200) {
                return head;
            }
        }
    }

    /// Whether the connection can be used after an answer with a short body.
    private boolean skipBody(ResponseHead head) throws IOException {
        var framing = ResponseFraming.of(head, false);
        if (!framing.keepAlive() || framing.length() < 0) {
            return false;
        }
        try (var body = new io.eventlet.http.wire.FixedBody(in, framing.length())) {
            body.skipNBytes(framing.length());
        }
        return true;
    }
}
