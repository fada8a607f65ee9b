// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// What a request makes depend on the state of what it asks for, in the order of RFC 9110, 13.2.2,
/// for GET and HEAD.
final class Preconditions {
    /// What they lead to.
    enum Result {
        MET,
        NOT_MODIFIED, // 304
        FAILED // 412
    }

    private Preconditions() {}

    /// For something that exists, with a strong tag, last modified in a second since the epoch.
    static Result of(Headers headers, String tag, long modified) {
        if (headers.contains("If-Match")) {
            if (!EntityTags.contains(headers.all("If-Match"), tag, false)) {
                return Result.FAILED;
            }
        } else {
            var since = date(headers, "If-Unmodified-Since");
            if (since != null && modified > since.getEpochSecond()) {
                return Result.FAILED;
            }
        }
        if (headers.contains("If-None-Match")) {
            return EntityTags.contains(headers.all("If-None-Match"), tag, true)
                    ? Result.NOT_MODIFIED
                    : Result.MET;
        }
        var since = date(headers, "If-Modified-Since");
        return since != null && modified <= since.getEpochSecond()
                ? Result.NOT_MODIFIED
                : Result.MET;
    }

    /// Whether a range is wanted rather than all: without `If-Range`, or if what that names has not
    /// changed. A date has to be the very one that was sent.
    static boolean isRangeWanted(Headers headers, String tag, long modified) {
        var condition = headers.get("If-Range");
        if (condition == null) {
            return true;
        }
        if (condition.startsWith("\"") || condition.startsWith("W/")) {
            return condition.equals(tag);
        }
        var date = HttpDate.parse(condition);
        return date != null && date.getEpochSecond() == modified;
    }

    /// Null if there is no such field, or it is no single date: it is as if it were not there then.
    private static @Nullable Instant date(Headers headers, String name) {
        var fields = headers.fields();
        int at = fields.find(name, 0);
        if (at < 0 || fields.find(name, at + 1) >= 0) {
            return null;
        }
        return HttpDate.parse(fields.value(at));
    }
}
