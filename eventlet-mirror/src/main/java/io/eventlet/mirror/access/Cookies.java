// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.access;

import crawlercommons.domains.EffectiveTldFinder;

import io.eventlet.http.client.Cookie;
import io.eventlet.http.client.CookieStore;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Cookies of servers, as a copy needs them.
public final class Cookies {
    private static final String HTTP_ONLY = "#HttpOnly_";
    private static final double LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private Cookies() {}

    /// An empty store that takes no cookies for domains below which anybody can have a name, by the
    /// [list of public suffixes](https://publicsuffix.org/).
    public static CookieStore store() {
        return new CookieStore(Cookies::isPublicSuffix);
    }

    private static boolean isPublicSuffix(String domain) {
        if (domain.indexOf('.') < 0) {
            return true;
        }
        var suffix = EffectiveTldFinder.getEffectiveTLD(domain);
        return suffix != null && suffix.getDomain().equals(domain);
    }

    /// Reads a file of cookies as browsers, curl and wget write them: seven fields a line, with
    /// tabs between them. Blocks its thread. Throws an `IOException` if it cannot be read, or is no
    /// such file.
    public static List<Cookie> read(Path file) throws IOException {
        return of(Files.readString(file));
    }

    /// As [#read], of a text.
    static List<Cookie> of(String text) throws IOException {
        List<Cookie> cookies = new ArrayList<>();
        int number = 0;
        for (var line : text.lines().toList()) {
            number++;
            boolean httpOnly = line.startsWith(HTTP_ONLY);
            if (!httpOnly && (line.isBlank() || line.startsWith("#"))) {
                continue;
            }
            var fields = (httpOnly ? line.substring(HTTP_ONLY.length()) : line).split("\t", -1);
            if (fields.length == 6) { // an editor has cut off an empty value
                fields = Arrays.copyOf(fields, 7);
                fields[6] = "";
            }
            if (fields.length != 7) {
                throw new IOException(
                        "line %d has %d fields with tabs between them, and not 7"
                                .formatted(number, fields.length));
            }
            cookies.add(cookie(fields, httpOnly, number));
        }
        return cookies;
    }

    private static Cookie cookie(String[] fields, boolean httpOnly, int line) throws IOException {
        if (fields[5].isEmpty() || !isSendable(fields[5]) || !isSendable(fields[6])) {
            throw new IOException(
                    "line %d: a cookie that cannot be sent: '%s'".formatted(line, fields[5]));
        }
        var domain = fields[0].toLowerCase(Locale.ROOT);
        return new Cookie(
                fields[5],
                fields[6],
                domain.startsWith(".") ? domain.substring(1) : domain,
                !isTrue(fields[1], line),
                fields[2],
                isTrue(fields[3], line),
                httpOnly,
                expiry(fields[4], line));
    }

    private static boolean isSendable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c != ';' && c != 127);
    }

    /// When a cookie expires, in seconds since 1970, which may have a fraction; null for the end of
    /// the session.
    private static @Nullable Instant expiry(String field, int line) throws IOException {
        try {
            double seconds = Double.parseDouble(field);
            return seconds <= 0 || Double.isNaN(seconds)
                    ? null
                    : Instant.ofEpochSecond((long) Math.min(seconds, LATEST));
        } catch (NumberFormatException e) {
            throw new IOException(
                    "line %d: it expires at '%s', which is no time in seconds since 1970"
                            .formatted(line, field),
                    e);
        }
    }

    private static boolean isTrue(String field, int line) throws IOException {
        return switch (field.toUpperCase(Locale.ROOT)) {
            case "TRUE" -> true;
            case "FALSE" -> false;
            default ->
                    throw new IOException(
                            "line %d: '%s' is not TRUE or FALSE".formatted(line, field));
        };
    }
}
