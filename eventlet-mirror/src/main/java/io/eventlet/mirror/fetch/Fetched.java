// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// How a download has ended.
public sealed interface Fetched {
    /// The file is there, whole.
    ///
    /// @param received how many bytes were sent for it in this run
    record Stored(Path file, Version version, long bytes, long received) implements Fetched {}

    /// The file that was there is what the server has.
    record Unchanged() implements Fetched {}

    /// A page, which is in no file.
    @SuppressWarnings("ArrayRecordComponent") // nobody compares pages
    record Page(String contentType, byte[] body, Version version) implements Fetched {}

    /// The server says that it is elsewhere; nobody has looked there.
    record Redirected(HttpUrl to) implements Fetched {}

    /// The server does not give it.
    ///
    /// @param retryAfter the field `Retry-After`; null if there was none
    record Refused(int status, @Nullable String retryAfter) implements Fetched {}

    /// A rule does not want what is answered.
    record Unwanted(String rule) implements Fetched {}

    /// It has more bytes than are wanted.
    ///
    /// @param length how many; -1 if it is only known that they are too many
    record TooLarge(long length) implements Fetched {}
}
