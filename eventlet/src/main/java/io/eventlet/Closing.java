// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;
import io.eventlet.wait.Strand;
import io.eventlet.wait.Waits;

import java.util.concurrent.ExecutorService;

/// How an executor is closed.
final class Closing {
    private Closing() {}

    /// Shuts it down and waits until nothing is left. If that wait is ended, by a kill, a timeout
    /// or an interrupt, what runs is killed and its end is awaited before it is passed on.
    ///
    /// @param termination waits until it is terminated
    /// @param kill kills what runs, unless that has been killed already
    static void close(ExecutorService executor, Runnable termination, Runnable kill) {
        executor.shutdown();
        Throwable ended = null;
        while (!executor.isTerminated()) {
            try {
                termination.run();
            } catch (Throwable e) {
                if (!isCancellation(e)) {
                    throw e;
                }
                if (ended == null) {
                    ended = e;
                    kill.run();
                } else if (ended != e) {
                    ended.addSuppressed(e);
                }
            }
        }
        if (ended != null) {
            passOn(ended);
        }
    }

    private static boolean isCancellation(Throwable error) {
        var strand = Strand.current();
        return error instanceof Cancelled || (strand != null && strand.hasDelivered(error));
    }

    /// An interrupt by none of ours stays one, as with every `ExecutorService`.
    private static void passOn(Throwable cancellation) {
        if (cancellation.getClass() == Cancelled.class) {
            Thread.currentThread().interrupt();
        } else {
            throw Waits.rethrow(cancellation);
        }
    }
}
