// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// Servers with TLS.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class HttpsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private static SSLContext context;

    @BeforeAll
    static void makeCertificate(@TempDir Path directory) throws Exception {
        var file = directory.resolve("keys.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made =
                new ProcessBuilder(
                                keytool,
                                "-genkeypair",
                                "-alias",
                                "own",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(PASSWORD),
                                "-keystore",
                                file.toString())
                        .inheritIO()
                        .start();
        assertThat(made.waitFor()).isZero();
        var store = KeyStore.getInstance(file.toFile(), PASSWORD);
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD);
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("own", store.getCertificate("own"));
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    }

    private static HttpsServer server(Maker maker) throws Exception {
        return maker.provider().createHttpsServer(Site.loopback(), 0);
    }

    private static String ask(HttpsServer server, String... protocols) throws Exception {
        var address = server.getAddress();
        try (var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(address.getAddress(), address.getPort())) {
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            return Site.ask(socket, "GET / HTTP/1.1\n" + Site.LAST);
        }
    }

    @ParameterizedTest
    @EnumSource
    void exchangeOverTlsHasItsSession(Maker maker) throws Exception {
        var server = server(maker);
        try {
            server.createContext(
                    "/", e -> Site.say(e, ((HttpsExchange) e).getSSLSession().getProtocol()));
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            server.start();

            assertThat(ask(server, "TLSv1.2")).endsWith("\n\nTLSv1.2");
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void configuratorIsAskedForEachClient(Maker maker) throws Exception {
        var client = new CompletableFuture<InetSocketAddress>();
        var configurator =
                new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        client.complete(parameters.getClientAddress());
                        var all = getSSLContext().getDefaultSSLParameters();
                        all.setProtocols(new String[] {"TLSv1.2"});
                        parameters.setSSLParameters(all);
                    }
                };
        var server = server(maker);
        try {
            server.createContext(
                    "/", e -> Site.say(e, ((HttpsExchange) e).getSSLSession().getProtocol()));
            server.setHttpsConfigurator(configurator);
            server.start();

            assertThat(ask(server)).endsWith("\n\nTLSv1.2");
            assertThat(client.get().getAddress().isLoopbackAddress()).isTrue();
            assertThat(server.getHttpsConfigurator()).isSameAs(configurator);
        } finally {
            server.stop(0);
        }
    }

    /// The JDK's server closes each connection.
    @Test
    void serverWithoutConfiguratorIsNotStarted() throws Exception {
        var server = server(Maker.GREEN);
        try {
            assertThatIllegalStateException().isThrownBy(server::start);
        } finally {
            server.stop(0);
        }
    }
}
