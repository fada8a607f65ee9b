// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.cli.web.FailureKind;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;

/// What became of one URL.
sealed interface Outcome {
    /// The URL as it was given.
    String url();

    /// How long it took from its turn to its end.
    Duration took();

    /// Its body is there, all of it.
    ///
    /// @param status the HTTP status of the last response
    /// @param bytes the size of the body
    /// @param file where the body is, or null when it was only counted
    record Fetched(String url, int status, long bytes, Duration took, @Nullable Path file)
            implements Outcome {}

    /// It failed, and nothing of it is left behind.
    ///
    /// @param status the HTTP status, or 0 when there was none
    record Failed(String url, FailureKind kind, int status, String message, Duration took)
            implements Outcome {}
}
