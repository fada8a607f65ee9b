// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;

/// Tells an error that is the end of a connection, which peers bring about as they like, from one
/// of the code that uses it, perhaps with connections of its own.
final class PeerGone {
    private static final int MAX_CAUSES = 100; // a chain may be a ring

    private PeerGone() {}

    /// Whether an error was thrown by this very socket, or came of the end of its stream.
    static boolean explains(Socket socket, Throwable error) {
        return switch (socket) {
            case GreenSocket green -> explains(error, green.failure(), green.hasEnded());
            case GreenSslSocket green -> explains(error, green.failure(), green.hasEnded());
            default -> false;
        };
    }

    private static boolean explains(
            Throwable error, @Nullable IOException failure, boolean hasEnded) {
        Throwable cause = error;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause == failure || (hasEnded && cause instanceof EOFException)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
