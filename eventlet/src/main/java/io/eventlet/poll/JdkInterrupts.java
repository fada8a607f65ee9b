// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;

/// How the JDK tells that it ended a wait because the thread was interrupted.
public final class JdkInterrupts {
    private JdkInterrupts() {}

    /// Whether an error says so itself, its causes aside.
    public static boolean tells(Throwable error) {
        return switch (error) {
            case InterruptedException _, ClosedByInterruptException _ -> true;
            case SocketTimeoutException _ -> false; // an InterruptedIOException by its name only
            case InterruptedIOException _ -> true;
            case SocketException s -> "Closed by interrupt".equals(s.getMessage());
            default -> false;
        };
    }
}
