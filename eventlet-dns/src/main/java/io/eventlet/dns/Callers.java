// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.ThrowingSupplier;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.HubStrand;
import io.eventlet.wait.Strand;

import java.net.UnknownHostException;

/// Who looks up, and what they are told when their wait is ended.
final class Callers {
    private Callers() {}

    /// Whether the caller is a green thread.
    static boolean areGreen() {
        return Strand.current() instanceof HubStrand;
    }

    /// Makes a look-up that the JDK has asked for.
    ///
    /// A cancellation is thrown as an error: the JDK would take any exception for the answer that
    /// there is no such host, and remember it for ten seconds. A thread that is not green, of code
    /// that does not know us, is not cancelled by an interrupt, as by the JDK's own resolver.
    static <T> T forJdk(ThrowingSupplier<T, UnknownHostException> lookup)
            throws UnknownHostException {
        if (areGreen()) {
            return withErrors(lookup);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return withErrors(lookup);
                } catch (Cancelled e) {
                    if (e.getClass() != Cancelled.class || e.getCause() != null) {
                        throw e;
                    }
                    interrupted = true; // the flag is clear now
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static <T> T withErrors(ThrowingSupplier<T, UnknownHostException> lookup)
            throws UnknownHostException {
        try {
            return lookup.get();
        } catch (RuntimeException e) {
            var strand = Strand.current();
            if (strand == null || !strand.hasDelivered(e)) {
                throw e;
            }
            var cancelled = new Cancelled("the look-up of a name has been ended: " + e);
            cancelled.initCause(e);
            throw cancelled;
        }
    }
}
