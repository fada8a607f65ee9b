// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.net.tls.GreenSslSocketFactory;
import io.eventlet.testing.junit.NoLeaks;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.util.List;

import javax.net.ssl.SSLContext;

/// A host name that is empty, as the value of a variable that was not set.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class HostNameTest {
    private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();
    private static final GreenSocketFactory FACTORY = GreenSocketFactory.instance();

    static final List<Named<ThrowingCallable>> USES =
            List.of(
                    Named.of("listen", () -> Eventlet.listen("", 0)),
                    Named.of("connect", () -> Eventlet.connect("", 80)),
                    Named.of("a socket", () -> new GreenSocket("", 80)),
                    Named.of("a factory", () -> FACTORY.createSocket("", 80)),
                    Named.of("a factory, from", () -> FACTORY.createSocket("", 80, LOCAL, 0)),
                    Named.of("TLS", () -> tls().createSocket("", 443)),
                    Named.of("TLS, from", () -> tls().createSocket("", 443, LOCAL, 0)));

    private static GreenSslSocketFactory tls() throws NoSuchAlgorithmException {
        return GreenSslSocketFactory.of(SSLContext.getDefault());
    }

    @ParameterizedTest
    @FieldSource("USES")
    void emptyNameIsAnErrorThatSaysWhatToWrite(ThrowingCallable use) {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(use)
                .withMessageContaining("is empty")
                .withMessageContaining("localhost")
                .withMessageContaining("0.0.0.0");
    }
}
