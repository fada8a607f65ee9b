// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import java.util.Arrays;

/// Whether to retry after an error could not be said, since the predicate of
/// [Calls#retryIf(org.apache.spark.api.java.function.FilterFunction)] threw; suppressed in that
/// error.
final class RetryUndecided extends RuntimeException {
    private static final long serialVersionUID = 1;

    private RetryUndecided(Throwable thrown) {
        super("not retried, as retryIf threw " + thrown, thrown);
    }

    /// Tells it with an error, once: some errors are thrown again and again.
    static void add(Throwable error, Throwable thrown) {
        if (Arrays.stream(error.getSuppressed()).noneMatch(RetryUndecided.class::isInstance)) {
            error.addSuppressed(new RetryUndecided(thrown));
        }
    }

    /// An error as text, and that, if it was told with it.
    static String text(Throwable error) {
        var text = new StringBuilder(error.toString());
        for (var suppressed : error.getSuppressed()) {
            if (suppressed instanceof RetryUndecided) {
                text.append(" (").append(suppressed.getMessage()).append(')');
            }
        }
        return text.toString();
    }
}
