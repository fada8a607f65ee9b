// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.wait.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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
        private static final Set<Failure> UNSEEN = ConcurrentHashMap.newKeySet();

        /// Of a thread for whose own outcome there was no memory; made beforehand.
        public static final Failure WITHOUT_MEMORY = withoutMemory();

        private final Throwable error;
        private final @Nullable Thread thread;
        private volatile boolean seen;

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
                seen = true; // first: somebody may be about to add it
                UNSEEN.remove(this);
            }
            return error;
        }

        /// Looks at the error without that counting as having seen it.
        public Throwable peek() {
            return error;
        }

        public void report() {
            UncaughtErrors.report(owner(), error);
        }

        private Thread owner() {
            return thread == null ? Thread.currentThread() : thread;
        }

        /// Reports the error when its holder is gone, or the JVM ends, and nobody has seen it.
        public void reportUnlessSeen(Object holder) {
            if (seen) {
                return;
            }
            UNSEEN.add(this);
            if (Unseen.JVM_ENDS) {
                reportAtExit();
                return;
            }
            Unseen.CLEANER.register(holder, this::reportIfUnseen);
            if (seen) {
                UNSEEN.remove(this);
            }
        }

        private void reportIfUnseen() {
            if (UNSEEN.remove(this)) {
                report();
            }
        }

        private void reportAtExit() {
            if (UNSEEN.remove(this)) {
                UncaughtErrors.reportAtExit(owner(), error);
            }
        }

        /// Made when the first error has to be watched.
        private static final class Unseen {
            static final Cleaner CLEANER = Cleaner.create();

            /// Whether it was too late to be told of the end.
            static final boolean JVM_ENDS = !isToldOfTheEnd();

            private static boolean isToldOfTheEnd() {
                var hook =
                        new Thread(
                                () -> UNSEEN.forEach(Failure::reportAtExit),
                                "eventlet-unseen-errors");
                try {
                    Runtime.getRuntime().addShutdownHook(hook);
                    return true;
                } catch (IllegalStateException e) {
                    return false;
                }
            }
        }
    }
}
