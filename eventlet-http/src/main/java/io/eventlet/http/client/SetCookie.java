// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Locale;
import java.util.function.Predicate;

/// Reads the header field Set-Cookie as RFC 6265, 5.2 and 5.3 have it.
final class SetCookie {
    private static final int LONGEST = 4096;

    private final HttpUrl url;
    private final Predicate<String> publicSuffixes;
    private @Nullable String domain;
    private @Nullable String path;
    private @Nullable Instant expires;
    private @Nullable Instant aged; // by Max-Age, which goes before Expires
    private boolean secure;
    private boolean httpOnly;

    SetCookie(HttpUrl url, Predicate<String> publicSuffixes) {
        this.url = url;
        this.publicSuffixes = publicSuffixes;
    }

    static boolean isInDomain(String host, String domain) {
        return host.length() > domain.length()
                && host.endsWith(domain)
                && host.charAt(host.length() - domain.length() - 1) == '.'
                && !isAddress(host);
    }

    private static boolean isAddress(String host) {
        return host.startsWith("[") || host.chars().noneMatch(c -> c >= 'a' && c <= 'z');
    }

    /// The cookie; null if it is none, or is not to be kept.
    @Nullable Cookie parse(String field, Instant now) {
        if (field.length() > LONGEST) {
            return null;
        }
        var parts = field.split(";", -1);
        int equals = parts[0].indexOf('=');
        var name = equals < 0 ? "" : parts[0].substring(0, equals).strip();
        if (name.isEmpty()) {
            return null;
        }
        for (int i = 1; i < parts.length; i++) {
            int at = parts[i].indexOf('=');
            attribute(
                    (at < 0 ? parts[i] : parts[i].substring(0, at))
                            .strip()
                            .toLowerCase(Locale.ROOT),
                    at < 0 ? "" : parts[i].substring(at + 1).strip(),
                    now);
        }
        return cookie(name, parts[0].substring(equals + 1).strip());
    }

    private void attribute(String name, String value, Instant now) {
        switch (name) {
            case "expires" -> {
                var date = CookieDate.parse(value);
                expires = date == null ? expires : date;
            }
            case "max-age" -> {
                if (value.matches("-?[0-9]+")) {
                    aged =
                            value.startsWith("-") || value.matches("0+")
                                    ? Instant.EPOCH
                                    : now.plusSeconds(
                                            value.length() > 9
                                                    ? 1_000_000_000
                                                    : Long.parseLong(value));
                }
            }
            case "domain" -> domain = value.isEmpty() ? domain : withoutDot(value);
            case "path" -> path = value.startsWith("/") ? value : null;
            case "secure" -> secure = true;
            case "httponly" -> httpOnly = true;
            default -> {}
        }
    }

    private static String withoutDot(String value) {
        return (value.startsWith(".") ? value.substring(1) : value).toLowerCase(Locale.ROOT);
    }

    private @Nullable Cookie cookie(String name, String value) {
        var host = url.host();
        var wanted = domain;
        if (wanted != null && publicSuffixes.test(wanted)) {
            if (!wanted.equals(host)) {
                return null;
            }
            wanted = null;
        }
        if (wanted != null && !wanted.equals(host) && !isInDomain(host, wanted)) {
            return null;
        }
        if (wanted != null && isAddress(host)) {
            wanted = null;
        }
        if (secure && !url.isSecure()) {
            return null;
        }
        var place = path == null ? defaultPath() : path;
        if (name.startsWith("__Secure-") && !secure) {
            return null;
        }
        if (name.startsWith("__Host-") && (!secure || wanted != null || !place.equals("/"))) {
            return null;
        }
        return new Cookie(
                name,
                value,
                wanted == null ? host : wanted,
                wanted == null,
                place,
                secure,
                httpOnly,
                aged == null ? expires : aged);
    }

    private String defaultPath() {
        int slash = url.path().lastIndexOf('/');
        return slash <= 0 ? "/" : url.path().substring(0, slash);
    }
}
