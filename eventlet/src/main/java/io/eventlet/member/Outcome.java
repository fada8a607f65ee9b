// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

/// How a green thread has ended.
public sealed interface Outcome {
    /// With a value.
    record Value(@Nullable Object value) implements Outcome {
        private static final Value NULL = new Value(null);

        public static Value of(@Nullable Object value) {
            return value == null ? NULL : new Value(value);
        }
    }

    /// With an error, which is reported if nobody ever looks at it.
    final class Failure implements Outcome {
        /// Of a thread for whose own outcome there was no memory; made beforehand.
        public static final Failure WITHOUT_MEMORY = withoutMemory();

        private final Throwable error;
        private final @Nullable Thread thread;
        private volatile boolean seen;
        private volatile Unseen.@Nullable Watch watch;

        public Failure(Throwable error, Thread thread) {
            this.error = error;
            this.thread = thread;
        }

        private Failure(Throwable error) {
            this.error = error;
            thread = null;
            seen = true; // by whoever has run out of memory
        }

        private static Failure withoutMemory() {
            var error = new OutOfMemoryError("no memory for the outcome of a green thread");
            error.setStackTrace(new StackTraceElement[0]);
            return new Failure(error);
        }

        public Throwable error() {
            if (!seen) {
                seen = true; // first: somebody may be about to watch it
                forgetUnseen();
            }
            return error;
        }

        private void forgetUnseen() {
            var known = watch;
            if (known != null) {
                boolean ignored = known.unseen().forget();
            }
        }

        /// Looks at the error without that counting as having seen it.
        public Throwable peek() {
            return error;
        }

        Thread thread() {
            return thread == null ? Thread.currentThread() : thread;
        }

        public void report() {
            UncaughtErrors.report(thread(), error);
        }

        /// Reports the error when this is garbage, or the JVM ends, and nobody has seen it.
        public void reportUnlessSeen() {
            if (seen) {
                return;
            }
            watch = Unseen.watch(this);
            if (seen) {
                forgetUnseen();
            }
        }
    }
}
