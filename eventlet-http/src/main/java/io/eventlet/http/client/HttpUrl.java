// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.syntax.Bytes;

import org.jspecify.annotations.Nullable;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/// A URL of HTTP: where to connect to, and the target to ask for there.
///
/// ```java
/// var url = HttpUrl.of("http://example.org/a%2fb?q=1#here");
/// url.target();                        // /a%2fb?q=1
/// url.resolve("../c").toString();      // http://example.org/c
/// ```
///
/// What it is given stays as it is: nothing is decoded, escapes are neither made small nor large,
/// and dots are left in a path but for those that [#resolve] must remove. Only what may not be on
/// the wire (white space, letters beyond ASCII, `"<>\`) is escaped, byte by byte: a character of a
/// text as its bytes in UTF-8, a byte of a `Location` as itself. The fragment is dropped. Two URLs
/// are equal if they ask the same server for the same target. Immutable.
public final class HttpUrl {
    private static final int HIGHEST_PORT = 65_535;
    private static final String HEX = "0123456789ABCDEF";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /// What may be a user and a password in a text that is no URL, up to the last `@`.
    private static final Pattern PASSWORD =
            Pattern.compile(
                    "^(\\s*(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?[/\\\\]+)?+[^:@]*:).*@", Pattern.DOTALL);

    private final boolean secure;
    private final String host;
    private final int port;
    private final String target;
    private final @Nullable String userInfo;

    private HttpUrl(
            boolean secure, String host, int port, String target, @Nullable String userInfo) {
        this.secure = secure;
        this.host = host;
        this.port = port;
        this.target = target;
        this.userInfo = userInfo;
    }

    /// Of a text that begins with `http://` or `https://`. Throws an `IllegalArgumentException`,
    /// which says what is wrong, and no password, for anything else.
    public static HttpUrl of(String url) {
        return parse(null, utf8(url), url);
    }

    /// What a reference means that is found at this URL, such as a link of a page (RFC 3986, 5).
    /// Throws an `IllegalArgumentException` if that is no URL of HTTP.
    public HttpUrl resolve(String reference) {
        return parse(this, utf8(reference), reference);
    }

    /// As [#resolve], for bytes, each a character.
    HttpUrl resolveBytes(String reference) {
        return parse(this, reference, reference);
    }

    private static String utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return new String(
                        text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            }
        }
        return text;
    }

    private static HttpUrl parse(@Nullable HttpUrl base, String bytes, String shown) {
        int from = 0;
        int to = bytes.length();
        while (from < to && bytes.charAt(from) <= ' ') {
            from++;
        }
        while (to > from && bytes.charAt(to - 1) <= ' ') {
            to--;
        }
        int fragment = bytes.indexOf('#', from);
        to = fragment < 0 ? to : Math.min(to, fragment);
        int colon = schemeEnd(bytes, from, to);
        if (colon >= 0) {
            var scheme = bytes.substring(from, colon).toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https"))
                    && bytes.startsWith("//", colon + 1)) {
                return absolute(scheme.equals("https"), bytes, colon + 3, to, shown);
            }
        }
        if (colon >= 0 || base == null) {
            throw invalid("neither http:// nor https://", shown);
        }
        if (bytes.startsWith("//", from)) {
            return absolute(base.secure, bytes, from + 2, to, shown);
        }
        return base.withTarget(base.merged(bytes.substring(from, to)));
    }

    private static int schemeEnd(String bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            int c = Bytes.small(bytes.charAt(i));
            if (c == ':' && i > from) {
                return i;
            }
            boolean letter = c >= 'a' && c <= 'z';
            if (!letter && (i == from || "0123456789+-.".indexOf(c) < 0)) {
                return -1;
            }
        }
        return -1;
    }

    private static HttpUrl absolute(boolean secure, String bytes, int from, int to, String shown) {
        int end = from;
        while (end < to && bytes.charAt(end) != '/' && bytes.charAt(end) != '?') {
            end++;
        }
        if (bytes.substring(from, end).indexOf('\\') >= 0) { // browsers end the host there
            throw invalid("a backslash before the path", shown);
        }
        int at = bytes.lastIndexOf('@', end - 1);
        var userInfo = at < from ? null : bytes.substring(from, at);
        int start = at < from ? from : at + 1;
        int colon = bytes.lastIndexOf(':', end - 1);
        if (colon < start || bytes.lastIndexOf(']', end - 1) > colon) {
            colon = end;
        }
        var host = host(bytes.substring(start, colon), shown);
        int port = secure ? HTTPS_PORT : HTTP_PORT;
        if (colon + 1 < end) {
            port = port(bytes.substring(colon + 1, end), shown);
        }
        var target = bytes.substring(end, to);
        return new HttpUrl(
                secure,
                host,
                port,
                escaped(target.startsWith("/") ? target : "/" + target),
                userInfo);
    }

    private static IllegalArgumentException invalid(String what, String shown) {
        return new IllegalArgumentException(
                what + ": " + PASSWORD.matcher(shown).replaceFirst("$1***@"));
    }

    private static int port(String digits, String shown) {
        int port = 0;
        for (int i = 0; i < digits.length() && port <= HIGHEST_PORT; i++) {
            int digit = digits.charAt(i) - '0';
            port = digit < 0 || digit > 9 ? HIGHEST_PORT + 1 : 10 * port + digit;
        }
        if (port < 1 || port > HIGHEST_PORT) {
            throw invalid("no port", shown);
        }
        return port;
    }

    private static String host(String bytes, String shown) {
        var host = bytes;
        boolean ascii = true;
        boolean large = false;
        for (int i = 0; i < host.length(); i++) {
            ascii &= host.charAt(i) < 0x80;
            large |= host.charAt(i) >= 'A' && host.charAt(i) <= 'Z';
        }
        if (!ascii) {
            var letters =
                    new String(host.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            host = IDN.toASCII(letters, IDN.ALLOW_UNASSIGNED);
        }
        host = large || !ascii ? host.toLowerCase(Locale.ROOT) : host;
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        var allowed = bracketed ? "0123456789abcdef:." : "0123456789abcdefghijklmnopqrstuvwxyz-._";
        var inner = bracketed ? host.substring(1, host.length() - 1) : host;
        for (int i = 0; i < inner.length(); i++) {
            if (allowed.indexOf(inner.charAt(i)) < 0) {
                throw invalid("no host name", shown);
            }
        }
        if (inner.isEmpty()) {
            throw invalid("no host", shown);
        }
        return host;
    }

    private HttpUrl withTarget(String other) {
        return new HttpUrl(secure, host, port, escaped(other), userInfo);
    }

    private String merged(String reference) {
        if (reference.isEmpty()) {
            return target;
        }
        var path = path();
        if (reference.startsWith("?")) {
            return path + reference;
        }
        int question = reference.indexOf('?');
        var ownPath = question < 0 ? reference : reference.substring(0, question);
        var ownQuery = question < 0 ? "" : reference.substring(question);
        if (!ownPath.startsWith("/")) {
            ownPath = path.substring(0, path.lastIndexOf('/') + 1) + ownPath;
        }
        return withoutDots(ownPath) + ownQuery;
    }

    /// RFC 3986, 5.2.4, for a path that begins with a slash.
    private static String withoutDots(String path) {
        if (!path.contains("/.")) {
            return path;
        }
        var result = new StringBuilder();
        var segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].equals("..")) {
                result.setLength(Math.max(0, result.lastIndexOf("/")));
                result.append(last ? "/" : "");
            } else if (segments[i].equals(".")) {
                result.append(last ? "/" : "");
            } else {
                result.append('/').append(segments[i]);
            }
        }
        return result.toString();
    }

    private static String escaped(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (!Bytes.isTarget((byte) target.charAt(i))) {
                return escapedFrom(target, i);
            }
        }
        return target;
    }

    private static String escapedFrom(String target, int first) {
        var result = new StringBuilder(target.length() + 16).append(target, 0, first);
        for (int i = first; i < target.length(); i++) {
            char c = target.charAt(i);
            if (Bytes.isTarget((byte) c)) {
                result.append(c);
            } else {
                result.append('%').append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
            }
        }
        return result.toString();
    }

    /// Whether it is `https`.
    public boolean isSecure() {
        return secure;
    }

    /// `http` or `https`.
    public String scheme() {
        return secure ? "https" : "http";
    }

    /// The host in small letters; an internationalised one in its form for the wire, an address of
    /// IPv6 in brackets.
    public String host() {
        return host;
    }

    /// The port, which the scheme has if none was given.
    public int port() {
        return port;
    }

    /// Path and query as they are sent.
    public String target() {
        return target;
    }

    /// The path, which begins with a slash; not decoded.
    public String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /// What follows the question mark; null if there is none. Not decoded.
    public @Nullable String query() {
        int question = target.indexOf('?');
        return question < 0 ? null : target.substring(question + 1);
    }

    /// What stands before the `@`, such as `user:password`, not decoded; null if nothing.
    public @Nullable String userInfo() {
        return userInfo;
    }

    /// Host and port as the header field Host has them: the port only if the scheme has another.
    public String authority() {
        return port == (secure ? HTTPS_PORT : HTTP_PORT) ? host : host + ":" + port;
    }

    /// Whether another one has the same scheme, host and port.
    public boolean isSameOrigin(HttpUrl other) {
        return secure == other.secure && port == other.port && host.equals(other.host);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HttpUrl url && isSameOrigin(url) && target.equals(url.target);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * host.hashCode() + port) + target.hashCode();
    }

    /// The URL, without user and password.
    @Override
    public String toString() {
        return scheme() + "://" + authority() + target;
    }
}
