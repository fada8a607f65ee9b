// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import io.eventlet.dns.GreenResolver;
import io.eventlet.http.Headers;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.ProxyServer;
import io.eventlet.http.client.Resolver;
import io.eventlet.net.tls.GreenSslSocketFactory;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// The HTTP client of the commands.
public final class WebClient {
    private static final Duration IDLE_CONNECTIONS_KEPT = Duration.ofSeconds(10);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private WebClient() {}

    /// A client for so many requests at once.
    ///
    /// It has no time limits of its own: a [io.eventlet.Timeout] around a request covers all of it.
    ///
    /// @param concurrency how many requests run at once, and so how many connections there are
    /// @param insecure whether to accept any certificate
    public static HttpClient of(int concurrency, boolean insecure) {
        return builder(concurrency, insecure).build();
    }

    /// As [#of(int, boolean)], through the proxies that an environment names. Throws an
    /// `IllegalArgumentException` for one that is none.
    public static HttpClient of(
            int concurrency, boolean insecure, Map<String, String> environment) {
        return builder(concurrency, insecure)
                .proxies(ProxyServer.fromEnvironment(environment))
                .build();
    }

    /// As [#of(int, boolean)], for those that read what comes instead of saving it: takes off gzip
    /// and deflate.
    public static HttpClient decoding(int concurrency, boolean insecure) {
        return builder(concurrency, insecure).decoding().build();
    }

    /// As [#of(int, boolean)], for a proxy, which adds no fields: a server may take so long to
    /// begin its answer, or be silent in it.
    public static HttpClient passing(int concurrency, Duration limit, boolean insecure) {
        return builder(concurrency, insecure)
                .connectLimit(CONNECT_LIMIT)
                .headLimit(limit)
                .idleLimit(limit)
                .headers(Headers.empty())
                .build();
    }

    /// How to make one for so many downloads at once, for those who say the rest themselves. It has
    /// no time limits as long as they do not.
    public static HttpClient.Builder copying(int concurrency) {
        return builder(concurrency, false);
    }

    /// What makes sockets of TLS that believe any certificate.
    public static GreenSslSocketFactory trustingAnyone() {
        return GreenSslSocketFactory.of(trusting()).withoutIdentification();
    }

    private static HttpClient.Builder builder(int concurrency, boolean insecure) {
        var builder =
                HttpClient.builder()
                        .connectLimit(Duration.ZERO)
                        .headLimit(Duration.ZERO)
                        .idleLimit(Duration.ZERO)
                        .connectionsPerHost(concurrency)
                        .connections(concurrency)
                        .keepAlive(IDLE_CONNECTIONS_KEPT)
                        .resolver(resolver());
        if (insecure) {
            builder.tls(trustingAnyone());
        }
        return builder;
    }

    /// The JVM's resolver, which blocks nobody; where the JDK has another one, that on threads of
    /// its own.
    private static Resolver resolver() {
        try {
            var _ = GreenResolver.ofJvm();
            return host -> GreenResolver.ofJvm().lookup(host);
        } catch (IllegalStateException e) {
            return Resolver.system();
        }
    }

    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAnyone()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /// What `--insecure` asks for: the extended kind, because for the plain one JSSE adds checks.
    private static final class TrustAnyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
