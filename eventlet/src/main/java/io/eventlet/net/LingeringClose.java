// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.errors.ConcurrentUse;
import io.eventlet.poll.Endpoint;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

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

    private volatile boolean asked; // withdrawn under its monitor
    private volatile boolean unread; // set before the close
    private volatile @Nullable Endpoint left; // written under its monitor

    /// Has the close linger, if need be.
    void ask() {
        asked = true;
    }

    boolean isAsked() {
        return asked;
    }

    /// Notes that there is input which was taken from the endpoint, and which nobody has read.
    void noteUnread() {
        unread = true;
    }

    /// Ends the output if input is unread, and keeps the endpoint for [#drain]; false if it was not
    /// asked for, or there is no need to linger, or no use: the endpoint is to be closed at once.
    synchronized boolean begin(Endpoint endpoint) {
        if (!asked || !endOutput(endpoint, unread)) {
            return false;
        }
        left = endpoint;
        return true;
    }

    boolean hasBegun() {
        return left != null;
    }

    /// Does not begin any more; the endpoint that it has kept if it has begun. Another thread may
    /// be about to begin.
    synchronized @Nullable Endpoint giveUp() {
        asked = false;
        return left;
    }

    private static boolean endOutput(Endpoint endpoint, boolean isUnread) {
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

    /// If it has begun, reads until the peer has ended, has been silent for two seconds, or has
    /// sent for thirty seconds or sixteen megabytes.
    void drain() {
        var endpoint = left;
        if (endpoint != null) {
            drain(endpoint);
        }
    }

    private static void drain(Endpoint endpoint) {
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
