// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// Which version of a file a server has sent.
///
/// @param etag the field `ETag`; empty if there was none
/// @param lastModified the field `Last-Modified`; empty if there was none
/// @param date the field `Date`; empty if there was none
/// @param length how many bytes the whole has; -1 if that was not said
public record Version(String etag, String lastModified, String date, long length) {
    /// Nothing is known.
    public static final Version UNKNOWN = new Version("", "", "", -1);

    static Version of(Headers headers, long length) {
        return new Version(
                headers.get("ETag", ""),
                headers.get("Last-Modified", ""),
                headers.get("Date", ""),
                length);
    }

    /// For a line of a file; what [#restored] reads.
    public String stored() {
        return String.join("\n", etag, lastModified, date, Long.toString(length));
    }

    /// What was stored; [#UNKNOWN] if that is none.
    public static Version restored(String stored) {
        var lines = stored.split("\n", -1);
        try {
            return lines.length == 4
                    ? new Version(lines[0], lines[1], lines[2], Long.parseLong(lines[3]))
                    : UNKNOWN;
        } catch (NumberFormatException e) {
            return UNKNOWN;
        }
    }

    /// When the file was changed; null if the server does not say so.
    public @Nullable Instant modified() {
        return instant(lastModified);
    }

    /// What `If-Range` may have: only what is sure to change with each byte of the file, an `ETag`
    /// that is not weak, or a time that is well before that of the answer (RFC 9110, 8.8.2.2). Null
    /// if there is neither.
    @Nullable String strong() {
        if (etag.startsWith("\"")) {
            return etag;
        }
        var changed = modified();
        var sent = instant(date);
        return etag.isEmpty()
                        && changed != null
                        && sent != null
                        && changed.isBefore(sent.minusSeconds(1))
                ? lastModified
                : null;
    }

    /// Whether an answer with a part may be of the same version. What it does not say is no reason
    /// against it, as it was asked for by `If-Range`.
    boolean isOfSame(Version part) {
        return (part.etag.isEmpty() || part.etag.equals(etag))
                && (part.lastModified.isEmpty() || part.lastModified.equals(lastModified))
                && (part.length < 0 || length < 0 || part.length == length);
    }

    // written out: what the JDK makes of a record is made anew at each start

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Version version
                && length == version.length
                && etag.equals(version.etag)
                && lastModified.equals(version.lastModified)
                && date.equals(version.date);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * etag.hashCode() + lastModified.hashCode()) + Long.hashCode(length);
    }

    /// The time that a field says; null if it is empty or no time.
    public static @Nullable Instant instant(String date) {
        return FieldTime.of(date);
    }
}
