// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.errors.Cancelled;
import io.eventlet.poll.JdkInterrupts;

import org.jspecify.annotations.Nullable;

/// What is left of a kill or a timeout when it ends a wait inside the JDK: an exception that only
/// says that the thread was interrupted, and a cause that is still to be delivered.
///
/// For code that runs code of others, and has to tell its failure from its end.
public final class Interrupts {
    private static final int DEEPEST_CAUSE = 16; // chains of causes may be circular

    private Interrupts() {}

    /// Whether an exception is how the JDK tells of an interrupt, or has such a one as its cause.
    public static boolean areBehind(Throwable error) {
        @Nullable Throwable cause = error;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (JdkInterrupts.tells(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /// The cause of the calling thread's cancellation if it is behind an error, else the error. The
    /// cause counts as delivered then.
    ///
    /// It is behind each exception that follows when it has ended a wait: what a library makes of
    /// an interrupt or of a closed socket need not name it. If it has been thrown as well, as by a
    /// `close()` that waits, it is behind what has it as a cause or suppresses it.
    public static Throwable cause(Throwable error) {
        var strand = Strand.current();
        if (strand == null) {
            return error;
        }
        boolean follows = error instanceof Exception && strand.hasEndedWait();
        var cause = follows || areBehind(error) ? strand.take() : null;
        return with(error, cause == null ? strand.deliveredWithin(error) : cause);
    }

    /// As [#cause], of what has ended the whole of a body, which began after `before`: then a
    /// cancellation of the thread that has ended a wait is behind each exception that follows, also
    /// if it has been thrown and caught since.
    @SuppressWarnings("exports") // for this module alone
    public static Throwable causeOfEnd(Throwable error, @Nullable Cancellation before) {
        var cause = cause(error);
        var strand = Strand.current();
        return strand != null && cause == error && error instanceof Exception
                ? with(error, strand.endSince(before))
                : cause;
    }

    private static Throwable with(Throwable error, @Nullable Throwable cause) {
        if (cause == null || cause == error) {
            return error;
        }
        cause.addSuppressed(error);
        return cause;
    }

    /// Takes back that a cancellation was delivered by throwing an error, since whoever the caller
    /// works for is told otherwise: the next wait throws it, or leaves the interrupt of somebody
    /// else set. False if the error is no cancellation of the calling thread.
    public static boolean giveBack(Throwable error) {
        var strand = Strand.current();
        if (strand != null && strand.giveBack(error)) {
            return true;
        }
        boolean isInterrupt = error.getClass() == Cancelled.class;
        if (isInterrupt) {
            Thread.currentThread().interrupt();
        }
        return isInterrupt;
    }

    /// For a method of the JDK's that throws it when the thread is interrupted by none of ours.
    public static InterruptedException asChecked(Cancelled e) {
        if (e.getClass() != Cancelled.class) {
            throw e;
        }
        var interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }
}
