// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.Objects;

import javax.net.ssl.SSLParameters;

/// What a configurator says of TLS with one client.
final class ClientParameters extends HttpsParameters {
    private final HttpsConfigurator configurator;
    private final InetSocketAddress client;
    private @Nullable SSLParameters parameters;

    private ClientParameters(HttpsConfigurator configurator, InetSocketAddress client) {
        this.configurator = configurator;
        this.client = client;
    }

    /// Asks the configurator.
    static SSLParameters of(HttpsConfigurator configurator, InetSocketAddress client) {
        var asked = new ClientParameters(configurator, client);
        configurator.configure(asked);
        return Objects.requireNonNullElseGet(asked.parameters, asked::ofOldSetters);
    }

    /// If the configurator has used the setters that are older than `SSLParameters`.
    @SuppressWarnings("deprecation")
    private SSLParameters ofOldSetters() {
        var all = configurator.getSSLContext().getDefaultSSLParameters();
        if (getCipherSuites() != null) {
            all.setCipherSuites(getCipherSuites());
        }
        if (getProtocols() != null) {
            all.setProtocols(getProtocols());
        }
        if (getWantClientAuth()) {
            all.setWantClientAuth(true);
        }
        if (getNeedClientAuth()) {
            all.setNeedClientAuth(true);
        }
        return all;
    }

    @Override
    public HttpsConfigurator getHttpsConfigurator() {
        return configurator;
    }

    @Override
    public InetSocketAddress getClientAddress() {
        return client;
    }

    @Override
    public void setSSLParameters(SSLParameters newParameters) {
        parameters = Objects.requireNonNull(newParameters);
    }
}
