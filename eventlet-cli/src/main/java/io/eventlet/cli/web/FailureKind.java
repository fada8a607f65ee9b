// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import io.eventlet.TimeoutExpired;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Why a URL did not give what was asked for, in the words of a summary.
public enum FailureKind {
    BAD_URL("bad URL"),
    DNS("dns"),
    REFUSED("refused"),
    UNREACHABLE("unreachable"),
    TIMEOUT("timeout"),
    TLS("tls"),
    HTTP_4XX("http 4xx"),
    HTTP_5XX("http 5xx"),
    RESET("reset"),
    TOO_LARGE("too large"),
    NOT_A_FEED("not a feed"),
    DISK("disk"),
    INTERRUPTED("interrupted"),
    OTHER("other");

    private final String words;

    FailureKind(String words) {
        this.words = words;
    }

    /// How it reads in a line or a summary.
    @Override
    public String toString() {
        return words;
    }

    /// The kind of an HTTP status that is not a success.
    public static FailureKind ofStatus(int status) {
        return switch (status / 100) {
            case 4 -> HTTP_4XX;
            case 5 -> HTTP_5XX;
            default -> OTHER;
        };
    }

    /// The kind of what was thrown: what a [KnownFailure] says, whatever was behind it, or else
    /// judged by the first cause that is known: clients wrap what the socket said in exceptions of
    /// their own.
    public static FailureKind of(Throwable thrown) {
        List<Throwable> causes = causes(thrown);
        for (Throwable cause : causes) {
            if (cause instanceof KnownFailure known) {
                return known.kind();
            }
        }
        if (causes.stream().anyMatch(FailureKind::isCertificateOrHandshake)) {
            return TLS;
        }
        return causes.reversed().stream()
                .map(FailureKind::ofOne)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(OTHER);
    }

    private static List<Throwable> causes(Throwable thrown) {
        List<Throwable> causes = new ArrayList<>();
        for (@Nullable Throwable cause = thrown;
                cause != null && causes.size() < 16;
                cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static boolean isCertificateOrHandshake(Throwable thrown) {
        return thrown instanceof SSLHandshakeException
                || thrown instanceof SSLPeerUnverifiedException
                || thrown instanceof CertificateException;
    }

    private static Optional<FailureKind> ofOne(Throwable thrown) {
        return Optional.ofNullable(
                switch (thrown) {
                    case TimeoutExpired _, SocketTimeoutException _ -> TIMEOUT;
                    case InterruptedIOException _, InterruptedException _ -> INTERRUPTED;
                    case UnknownHostException _ -> DNS;
                    case NoRouteToHostException _ -> UNREACHABLE;
                    case ConnectException e -> ofConnect(message(e));
                    case SocketException e -> ofSocket(message(e));
                    case SSLException _ -> TLS;
                    case EOFException _ -> RESET;
                    case FileSystemException _ -> DISK;
                    case IOException e when message(e).startsWith("unexpected end of stream") ->
                            RESET;
                    default -> null;
                });
    }

    private static @Nullable FailureKind ofConnect(String message) {
        if (message.contains("refused")) {
            return REFUSED;
        }
        if (message.contains("timed out")) {
            return TIMEOUT;
        }
        return message.contains("unreachable") || message.contains("no route") ? UNREACHABLE : null;
    }

    private static @Nullable FailureKind ofSocket(String message) {
        if (message.contains("unreachable")) {
            return UNREACHABLE;
        }
        return message.contains("reset")
                        || message.contains("broken pipe")
                        || message.contains("aborted")
                ? RESET
                : null;
    }

    private static String message(Throwable thrown) {
        return Objects.requireNonNullElse(thrown.getMessage(), "").toLowerCase(Locale.ROOT);
    }
}
