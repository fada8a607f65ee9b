// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import io.eventlet.cli.web.FailureKind;
import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// One URL of the input, in its place.
sealed interface Item {
    /// The URL as it was given.
    String text();

    /// One that can be fetched.
    ///
    /// @param file where its body goes, or null when only its size is wanted
    record Good(String text, HttpUrl url, @Nullable Path file) implements Item {}

    /// One that is no URL, or has no place on the disk.
    record Bad(String text, FailureKind kind, String problem) implements Item {}
}
