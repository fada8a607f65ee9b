// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.storm.Library;
import io.eventlet.net.GreenSocketFactory;
import io.eventlet.net.tls.GreenSslSocketFactory;

import org.apache.http.client.methods.HttpGet;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.DefaultHostnameVerifier;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.protocol.HttpContext;
import org.apache.http.util.EntityUtils;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;

import javax.net.ssl.SSLContext;

/// Apache HttpClient 4 over green sockets.
record HttpClient4(Site site, CloseableHttpClient client) implements Library, AutoCloseable {
    static final int POOLED = 8; // connections to each server

    static HttpClient4 open(Site site) throws IOException, GeneralSecurityException {
        var connections =
                new PoolingHttpClientConnectionManager(
                        RegistryBuilder.<ConnectionSocketFactory>create()
                                .register("http", new GreenConnections())
                                .register("https", secure(site.certificate().context()))
                                .build());
        connections.setMaxTotal(2 * POOLED);
        connections.setDefaultMaxPerRoute(POOLED);
        return new HttpClient4(
                site, HttpClients.custom().setConnectionManager(connections).build());
    }

    private static final class GreenConnections extends PlainConnectionSocketFactory {
        @Override
        public Socket createSocket(HttpContext context) throws IOException {
            return GreenSocketFactory.instance().createSocket();
        }
    }

    private static ConnectionSocketFactory secure(SSLContext context) {
        return new SSLConnectionSocketFactory(
                GreenSslSocketFactory.of(context), new DefaultHostnameVerifier()) {
            @Override
            public Socket createSocket(HttpContext context) throws IOException {
                return GreenSocketFactory.instance().createSocket(); // TLS is put on it later
            }
        };
    }

    @Override
    public long ask(long question, long millis) throws IOException {
        try (var response = client.execute(new HttpGet(site.url(question, millis)))) {
            return Long.parseLong(EntityUtils.toString(response.getEntity()));
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
