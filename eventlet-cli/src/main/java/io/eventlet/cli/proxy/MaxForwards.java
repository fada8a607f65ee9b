// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.http.Headers;
import io.eventlet.http.server.Request;

/// How many proxies may pass a request on (RFC 9110, 7.6.2): said by OPTIONS and TRACE, and of no
/// meaning in others.
final class MaxForwards {
    private static final String NAME = "Max-Forwards";

    private final String value; // empty for no limit

    MaxForwards(Request request) {
        boolean counts = request.isMethod("OPTIONS") || request.isMethod("TRACE");
        value = counts ? String.join(",", request.headers().all(NAME)) : "";
    }

    boolean isValid() {
        return value.matches("[0-9]{0,18}");
    }

    /// Whether the request is not to be passed on.
    boolean isUsedUp() {
        return !value.isEmpty() && Long.parseLong(value) == 0;
    }

    /// The fields with one less.
    Headers counted(Headers fields) {
        return value.isEmpty()
                ? fields
                : fields.with(NAME, Long.toString(Long.parseLong(value) - 1));
    }
}
