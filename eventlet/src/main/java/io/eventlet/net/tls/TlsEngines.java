// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/// The engines that sockets of ours begin with.
final class TlsEngines {
    private TlsEngines() {}

    /// That of a client that does not know its peer yet.
    static SSLEngine client(SSLContext context, boolean identifies) {
        Rehearsal.await();
        return asClient(context.createSSLEngine(), identifies);
    }

    /// That of a client of a peer.
    static SSLEngine client(
            SSLContext context, @Nullable String host, int port, boolean identifies) {
        Rehearsal.await();
        return asClient(context.createSSLEngine(host, port), identifies);
    }

    static SSLEngine unrehearsedClient(SSLContext context) {
        return asClient(context.createSSLEngine("localhost", 443), true);
    }

    private static SSLEngine asClient(SSLEngine engine, boolean identifies) {
        engine.setUseClientMode(true);
        if (identifies) {
            identify(engine, "HTTPS");
        }
        return engine;
    }

    static SSLEngine server(SSLContext context) {
        Rehearsal.await();
        return unrehearsedServer(context);
    }

    static SSLEngine unrehearsedServer(SSLContext context) {
        var engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        return engine;
    }

    /// One as another that did not know its peer: an engine must know it from birth.
    static SSLEngine forPeer(SSLContext context, InetSocketAddress peer, SSLEngine before) {
        var engine = context.createSSLEngine(peer.getHostString(), peer.getPort());
        engine.setUseClientMode(before.getUseClientMode());
        engine.setSSLParameters(before.getSSLParameters());
        engine.setEnableSessionCreation(before.getEnableSessionCreation());
        engine.setHandshakeApplicationProtocolSelector(
                before.getHandshakeApplicationProtocolSelector());
        return engine;
    }

    /// Sets how it looks for the name of the peer in the certificate; empty for not at all.
    static void identify(SSLEngine engine, String algorithm) {
        var parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(algorithm);
        engine.setSSLParameters(parameters);
    }
}
