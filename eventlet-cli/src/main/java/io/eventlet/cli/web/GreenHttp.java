// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import io.eventlet.cli.process.BlockingCalls;
import io.eventlet.dns.GreenResolver;
import io.eventlet.net.GreenSocketFactory;

import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// An HTTP client whose every wait is a green one: OkHttp over green sockets.
public final class GreenHttp {
    private static final Duration IDLE_CONNECTIONS_KEPT = Duration.ofSeconds(10);
    private static final int MOST_LOOKUPS = 16;

    private GreenHttp() {}

    /// A client for so many requests at once.
    ///
    /// It has no time limits of its own: a [io.eventlet.Timeout] around a request covers all of it.
    /// Only HTTP/1.1, because OkHttp's HTTP/2 reads on threads of its own, and connects one address
    /// after another for the same reason.
    ///
    /// @param concurrency how many requests run at once, and so how many idle connections are worth
    ///   keeping
    /// @param insecure whether to accept any certificate
    public static OkHttpClient client(int concurrency, boolean insecure) {
        Dns dns = dns();
        var builder =
                new OkHttpClient.Builder()
                        .socketFactory(GreenSocketFactory.instance())
                        .dns(dns)
                        .addInterceptor(new ConnectShares(dns))
                        .protocols(List.of(Protocol.HTTP_1_1))
                        .fastFallback(false)
                        .connectionPool(
                                new ConnectionPool(
                                        concurrency,
                                        IDLE_CONNECTIONS_KEPT.toMillis(),
                                        TimeUnit.MILLISECONDS))
                        .callTimeout(Duration.ZERO)
                        .connectTimeout(Duration.ZERO)
                        .readTimeout(Duration.ZERO)
                        .writeTimeout(Duration.ZERO);
        if (insecure) {
            var anyone = new TrustAnyone();
            builder.sslSocketFactory(contextOf(anyone).getSocketFactory(), anyone)
                    .hostnameVerifier((_, _) -> true);
        }
        return builder.build();
    }

    /// Ends the idle connections and threads of a client.
    public static void close(OkHttpClient client) {
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }

    private static SSLContext contextOf(TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /// The JVM's resolver, which blocks nobody; where the JDK has another one, as by
    /// `-Djdk.net.hosts.file`, that one.
    private static Dns dns() {
        try {
            var _ = GreenResolver.ofJvm();
            return host -> GreenResolver.ofJvm().lookup(host);
        } catch (IllegalStateException e) {
            return new OffloadedDns();
        }
    }

    /// Lets each address of a host take an equal share of the request's limit, its tag, so that the
    /// next is tried when one does not answer.
    private record ConnectShares(Dns dns) implements Interceptor {
        @Override
        public Response intercept(Chain chain) throws IOException {
            var request = chain.request();
            var limit = request.tag(Duration.class);
            int addresses = limit == null ? 1 : dns.lookup(request.url().host()).size();
            if (limit == null || addresses == 1) {
                return chain.proceed(request);
            }
            long share = Math.clamp(limit.toMillis() / addresses, 1, Integer.MAX_VALUE);
            return chain.withConnectTimeout((int) share, TimeUnit.MILLISECONDS).proceed(request);
        }
    }

    /// The resolver of the JDK on threads of its own: it blocks its thread for seconds when a
    /// server is slow.
    private static final class OffloadedDns implements Dns {
        private final BlockingCalls lookups = new BlockingCalls("eventlet-dns", MOST_LOOKUPS);

        @Override
        public List<InetAddress> lookup(String host) throws UnknownHostException {
            try {
                return lookups.call(() -> List.of(InetAddress.getAllByName(host)));
            } catch (UnknownHostException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                var failure = new UnknownHostException(host);
                failure.initCause(e);
                throw failure;
            }
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
