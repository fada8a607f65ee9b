// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.security.cert.CertificateException;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

class FailureKindTest {
    static Stream<Arguments> thrown() {
        var wrapped = new ConnectException("Failed to connect to localhost/127.0.0.1:1");
        wrapped.initCause(new ConnectException("Connection refused"));
        var handshake = new SSLHandshakeException("PKIX path building failed");
        handshake.initCause(new CertificateException("unable to find valid certification path"));
        return Stream.of(
                Arguments.of(
                        new KnownFailure(FailureKind.BAD_URL, "expected http://"),
                        FailureKind.BAD_URL),
                Arguments.of(new UnknownHostException("nowhere.invalid"), FailureKind.DNS),
                Arguments.of(wrapped, FailureKind.REFUSED),
                Arguments.of(new ConnectException("Connection timed out"), FailureKind.TIMEOUT),
                Arguments.of(
                        new NoRouteToHostException("No route to host"), FailureKind.UNREACHABLE),
                Arguments.of(
                        new SocketException("Network is unreachable"), FailureKind.UNREACHABLE),
                Arguments.of(new SocketTimeoutException("timeout"), FailureKind.TIMEOUT),
                Arguments.of(new InterruptedIOException("interrupted"), FailureKind.INTERRUPTED),
                Arguments.of(handshake, FailureKind.TLS),
                Arguments.of(
                        new SSLException("Unsupported or unrecognized SSL message"),
                        FailureKind.TLS),
                Arguments.of(
                        new SSLException("closed", new SocketException("Connection reset")),
                        FailureKind.RESET),
                Arguments.of(new SocketException("Broken pipe"), FailureKind.RESET),
                Arguments.of(new EOFException("\\n not found"), FailureKind.RESET),
                Arguments.of(
                        new IOException("unexpected end of stream on http://x/"),
                        FailureKind.RESET),
                Arguments.of(new AccessDeniedException("pages"), FailureKind.DISK),
                Arguments.of(
                        new IOException("gzip finished without exhausting source"),
                        FailureKind.OTHER));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void isJudgedByTheFirstCauseThatIsKnown(Throwable thrown, FailureKind kind) {
        assertThat(FailureKind.of(thrown)).isEqualTo(kind);
    }

    @ParameterizedTest
    @MethodSource("causes")
    void whatIsKnownWhereItWasFoundIsNotJudgedByItsCause(Throwable cause) {
        var thrown = new IOException(new KnownFailure(FailureKind.TIMEOUT, "too late", cause));

        assertThat(FailureKind.of(thrown)).isEqualTo(FailureKind.TIMEOUT);
    }

    static Stream<Throwable> causes() {
        return Stream.of(
                new InterruptedIOException("interrupted"),
                new SSLHandshakeException("interrupted"),
                new KnownFailure(FailureKind.DISK, "cannot write"));
    }

    @Test
    void aLoopOfCausesEnds() {
        var first = new IOException("first");
        first.initCause(new IOException("second", first));

        assertThat(FailureKind.of(first)).isEqualTo(FailureKind.OTHER);
    }

    @Test
    void statusesFallIntoTwoKinds() {
        assertThat(FailureKind.ofStatus(404)).isEqualTo(FailureKind.HTTP_4XX);
        assertThat(FailureKind.ofStatus(503)).isEqualTo(FailureKind.HTTP_5XX);
        assertThat(FailureKind.ofStatus(304)).isEqualTo(FailureKind.OTHER);
    }
}
