// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import io.eventlet.net.GreenSocket;
import io.eventlet.net.tls.GreenSslSocket;
import io.eventlet.net.tls.GreenSslSocketFactory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Function;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// How a server does TLS.
record ServerTls(
        SSLContext context,
        @Nullable Function<InetSocketAddress, SSLParameters> parameters,
        Duration handshakeLimit) {
    GreenSslSocket wrap(GreenSocket accepted) throws IOException {
        var socket = GreenSslSocketFactory.of(context).server(accepted);
        if (parameters != null) {
            var client = (InetSocketAddress) accepted.getRemoteSocketAddress();
            socket.setSSLParameters(parameters.apply(client));
        }
        return socket;
    }

    void shakeHands(GreenSslSocket socket) throws IOException {
        socket.startHandshake(handshakeLimit);
    }
}
