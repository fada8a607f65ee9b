// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import io.eventlet.http.client.HttpUrl;

import java.util.regex.Pattern;

/// URLs as people give them.
public final class WebAddress {
    private static final int LONGEST = 8192;

    /// A user and a password before the host of a URL; the password may have anything in it but
    /// what ends the host's part.
    private static final Pattern PASSWORD =
            Pattern.compile("^(\\s*[A-Za-z][A-Za-z0-9+.-]*:[/\\\\]*[^/?#\\\\:@]*:)[^/?#\\\\]*@");

    /// As [#PASSWORD], of a text that is no URL: up to the last `@`.
    private static final Pattern PERHAPS_PASSWORD =
            Pattern.compile(
                    "^(\\s*(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?[/\\\\]+)?+[^:@]*:).*@", Pattern.DOTALL);

    private WebAddress() {}

    /// The text of a URL as it may be shown: with stars in the place of a password. Of a text that
    /// is no URL, with stars for all that may be one.
    public static String withoutPassword(String text) {
        if (text.indexOf('@') < 0) {
            return text;
        }
        var password = isUrl(text) ? PASSWORD : PERHAPS_PASSWORD;
        return password.matcher(text).replaceFirst("$1***@");
    }

    private static boolean isUrl(String text) {
        try {
            var _ = HttpUrl.of(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// The URL that a text says.
    ///
    /// @throws KnownFailure of the kind "bad URL", naming what was expected
    public static HttpUrl parse(String text) throws KnownFailure {
        if (text.length() > LONGEST) {
            throw bad("longer than " + LONGEST + " characters");
        }
        String lower =
                text.substring(0, Math.min(8, text.length())).toLowerCase(java.util.Locale.ROOT);
        if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
            throw bad("expected http:// or https://");
        }
        if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw bad("a space or control character in it");
        }
        try {
            return HttpUrl.of(text);
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage() == null ? "not a URL" : e.getMessage());
        }
    }

    private static KnownFailure bad(String why) {
        return new KnownFailure(FailureKind.BAD_URL, why);
    }
}
