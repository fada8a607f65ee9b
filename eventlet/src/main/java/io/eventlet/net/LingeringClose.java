// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.errors.ConcurrentUse;
import io.eventlet.poll.Endpoint;
import io.eventlet.wait.Waits;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.concurrent.TimeUnit;

/// The end of a connection whose peer sends more than is read of it.
///
/// TCP resets a connection that is closed with input unread, or that gets more after the close;
/// what was sent and has not arrived is lost then. So the output is ended first, and input is read
/// and dropped until the peer has ended too.
final class LingeringClose {
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long TOTAL_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MOST_BYTES = 1 << 24;
    private static final int PIECE = 1 << 13;

    private LingeringClose() {}

    /// Ends the output if input is unread; false if there is no need to linger, or no use: the
    /// endpoint is to be closed at once.
    static boolean begin(Endpoint endpoint, boolean isUnread) {
        try {
            if (endpoint.isOpen()
                    && (isUnread || endpoint.available() > 0)
                    && endpoint.getOption(StandardSocketOptions.SO_LINGER) != 0) {
                endpoint.shutdownOutput();
                return true;
            }
            return false;
        } catch (IOException e) { // it is not connected any more
            return false;
        }
    }

    /// Reads until the peer has ended, has been silent for two seconds, or has sent for thirty
    /// seconds or sixteen megabytes.
    static void drain(Endpoint endpoint) {
        var dropped = new byte[PIECE];
        long end = Waits.deadlineAfter(TOTAL_NANOS);
        try {
            int n = 0;
            for (int all = 0; n >= 0 && all < MOST_BYTES; all += n) {
                long silent = Waits.deadlineAfter(SILENCE_NANOS);
                n = endpoint.read(dropped, 0, PIECE, silent - end < 0 ? silent : end);
            }
        } catch (IOException | ConcurrentUse e) { // too late, reset, or another thread reads still
            return;
        }
    }
}
