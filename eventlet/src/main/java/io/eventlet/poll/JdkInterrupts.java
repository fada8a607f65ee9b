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
        // no switch: docs/performance.md; SocketTimeoutException is one by its name only
        return error instanceof InterruptedException
                || error instanceof ClosedByInterruptException
                || (error instanceof InterruptedIOException
                        && !(error instanceof SocketTimeoutException))
                || (error instanceof SocketException s
                        && "Closed by interrupt".equals(s.getMessage()));
    }
}
