// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;

import java.nio.file.Path;
import java.time.Duration;

/// Something that has become of a URL.
public sealed interface MirrorEvent {
    HttpUrl url();

    /// Its file is there.
    ///
    /// @param received how many bytes have come for it now
    record Stored(HttpUrl url, Path file, long bytes, long received) implements MirrorEvent {}

    /// Its file was there, and has not changed.
    record Unchanged(HttpUrl url) implements MirrorEvent {}

    /// It is a listing.
    ///
    /// @param entries how many links it has
    record Listed(HttpUrl url, int entries) implements MirrorEvent {}

    /// It is elsewhere.
    record Redirected(HttpUrl url, HttpUrl to) implements MirrorEvent {}

    /// It is not fetched, by a rule.
    record Skipped(HttpUrl url, String rule) implements MirrorEvent {}

    /// It will be tried again.
    record PutOff(HttpUrl url, String reason, Duration delay) implements MirrorEvent {}

    /// It could not be fetched.
    ///
    /// @param trouble where to look for the cause
    record Failed(HttpUrl url, String reason, Trouble trouble) implements MirrorEvent {}

    /// Its host has failed again and again, and is left alone for a while.
    record LeftAlone(HttpUrl url, String host, Duration pause) implements MirrorEvent {}

    /// Links of its file were converted, at the end of the run.
    record Converted(HttpUrl url, Path file) implements MirrorEvent {}
}
