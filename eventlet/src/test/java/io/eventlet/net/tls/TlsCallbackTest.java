// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Callbacks of the user's in a handshake.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class TlsCallbackTest {
    /// Waits for leave to trust.
    private static final class Waiting extends X509ExtendedTrustManager {
        final GreenSemaphore asked = new GreenSemaphore(0);
        final GreenSemaphore leave = new GreenSemaphore(0);

        private void trust() {
            asked.release();
            leave.acquire();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            trust();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            trust();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            trust();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            trust();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            trust();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            trust();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

        SSLContext context() throws GeneralSecurityException {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {this}, null);
            return context;
        }
    }

    private final Waiting trust = new Waiting();

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void callbackMayWait(String protocol) throws Exception {
        try (var pair = TlsPair.open(trust.context())) {
            pair.client().setEnabledProtocols(new String[] {protocol});
            var server = Eventlet.spawn(() -> pair.server().sendAll(new byte[] {1}));
            var client = Eventlet.spawn(() -> pair.client().getInputStream().read());
            trust.asked.acquire();

            trust.leave.release();

            assertThat(client.await()).isEqualTo(1);
            server.await();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void killInsideCallbackEndsTheConnection(String protocol) throws Exception {
        try (var pair = TlsPair.open(trust.context())) {
            pair.client().setEnabledProtocols(new String[] {protocol});
            var server = Eventlet.spawn(() -> pair.server().startHandshake());
            var client = Eventlet.spawn(() -> pair.client().startHandshake());
            trust.asked.acquire();

            client.kill();

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(client::await)
                    .withCauseInstanceOf(GreenThreadKilled.class);
            var again = startAgain(pair.client());
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(again::get)
                    .withCauseInstanceOf(IOException.class);
            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(server::await)
                    .withCauseInstanceOf(IOException.class);
        }
    }

    /// On a thread of its own: if it does not end, it listens to nobody.
    private static FutureTask<Boolean> startAgain(GreenSslSocket client) {
        var again =
                new FutureTask<>(() -> {
                    client.startHandshake();
                    return true;
                });
        Thread.ofPlatform().daemon().start(again);
        return again;
    }
}
