// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.storm.Library;
import io.eventlet.net.GreenSocketFactory;
import io.eventlet.net.tls.GreenSslSocketFactory;

import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;

import java.io.IOException;
import java.security.GeneralSecurityException;

import javax.net.ssl.SSLContext;

/// Apache HttpClient 5 over green sockets.
record HttpClient5(Site site, CloseableHttpClient client) implements Library, AutoCloseable {
    static final int POOLED = 8; // connections to each server

    static HttpClient5 open(Site site) throws IOException, GeneralSecurityException {
        var connections =
                new GreenConnections()
                        .setTlsSocketStrategy(secure(site.certificate().context()))
                        .setMaxConnTotal(2 * POOLED)
                        .setMaxConnPerRoute(POOLED)
                        .build();
        return new HttpClient5(
                site, HttpClients.custom().setConnectionManager(connections).build());
    }

    /// Without a word about sockets.
    static HttpClientsAsTheyAre.Client openAsItIs(Site site, int pooled)
            throws IOException, GeneralSecurityException {
        var connections =
                PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(
                                new DefaultClientTlsStrategy(site.certificate().context()))
                        .setMaxConnTotal(2 * pooled)
                        .setMaxConnPerRoute(pooled)
                        .build();
        var client =
                new HttpClient5(
                        site, HttpClients.custom().setConnectionManager(connections).build());
        return new HttpClientsAsTheyAre.Client(client, client::close);
    }

    private static final class GreenConnections extends PoolingHttpClientConnectionManagerBuilder {
        @Override
        protected HttpClientConnectionOperator createConnectionOperator(
                SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
            return new DefaultHttpClientConnectionOperator(
                    _ -> GreenSocketFactory.instance().createSocket(),
                    ports,
                    names,
                    RegistryBuilder.<TlsSocketStrategy>create().register("https", tls).build());
        }
    }

    private static TlsSocketStrategy secure(SSLContext context) {
        var green = GreenSslSocketFactory.of(context);
        return (socket, host, port, _, _) -> {
            var secured = green.createSocket(socket, host, port, true);
            secured.startHandshake();
            return secured;
        };
    }

    @Override
    public long ask(long question, long millis) throws IOException {
        return client.execute(
                new HttpGet(site.url(question, millis)),
                response -> Long.parseLong(EntityUtils.toString(response.getEntity())));
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
