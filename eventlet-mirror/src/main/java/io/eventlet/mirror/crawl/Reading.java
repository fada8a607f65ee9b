// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// What is done with bytes of a server, which may be as odd as they like.
@FunctionalInterface
interface Reading<T extends @Nullable Object> {
    T read() throws IOException;

    /// Reads; what is thrown then of which nobody has thought is a [Failed], so that it ends one
    /// URL, not the run.
    static <T extends @Nullable Object> T guarded(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (RuntimeException e) {
            throw new Failed(e);
        }
    }

    /// Something that nobody has thought of.
    final class Failed extends IOException {
        private static final long serialVersionUID = 1;

        private Failed(RuntimeException cause) {
            super(
                    cause.getClass().getSimpleName()
                            + (cause.getMessage() == null ? "" : ": " + cause.getMessage()),
                    cause);
        }
    }
}
