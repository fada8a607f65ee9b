// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.BadMessage;

import java.io.IOException;
import java.net.ProtocolException;

import javax.net.ssl.SSLException;

/// Where the cause of a failure is to be looked for.
public enum Trouble {
    /// The file cannot be written.
    FILE,
    /// No connection, none in time, or one that broke off.
    NETWORK,
    /// The connection cannot be trusted.
    TLS,
    /// The server wants to know who asks: 401, or 407 of a proxy.
    AUTHENTICATION,
    /// The server breaks the protocol.
    PROTOCOL,
    /// The server answers with an error.
    SERVER,
    /// It is where the rules of the copy do not let it go.
    SCOPE;

    private static final int UNAUTHORIZED = 401;
    private static final int PROXY_UNAUTHORIZED = 407;

    static Trouble of(IOException e) {
        return switch (e) {
            case SSLException _ -> TLS;
            case ProtocolException _, BadMessage _ -> PROTOCOL;
            default -> NETWORK;
        };
    }

    static Trouble ofStatus(int status) {
        return status == UNAUTHORIZED || status == PROXY_UNAUTHORIZED ? AUTHENTICATION : SERVER;
    }
}
