// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Objects;

/// What a server has asked us to send back.
///
/// @param name its name, with regard to case
/// @param value its value, as it was sent
/// @param domain the host that set it, or the domain that it set it for
/// @param hostOnly whether it is for that host alone, and not for those in the domain
/// @param path the path that requests must begin with
/// @param secure whether it is for `https` only
/// @param httpOnly whether the server wants it kept from scripts, of which there are none here
/// @param expires when it ends; null for the end of the store
public record Cookie(
        String name,
        String value,
        String domain,
        boolean hostOnly,
        String path,
        boolean secure,
        boolean httpOnly,
        @Nullable Instant expires) {
    public Cookie {
        Objects.requireNonNull(name);
        Objects.requireNonNull(value);
        Objects.requireNonNull(domain);
        Objects.requireNonNull(path);
    }

    boolean isExpired(Instant now) {
        return expires != null && !expires.isAfter(now);
    }

    boolean isFor(HttpUrl url) {
        return (!secure || url.isSecure())
                && (url.host().equals(domain)
                        || (!hostOnly && SetCookie.isInDomain(url.host(), domain)))
                && isForPath(url.path());
    }

    /// RFC 6265, 5.1.4.
    private boolean isForPath(String asked) {
        return asked.startsWith(path)
                && (asked.length() == path.length()
                        || path.endsWith("/")
                        || asked.charAt(path.length()) == '/');
    }
}
