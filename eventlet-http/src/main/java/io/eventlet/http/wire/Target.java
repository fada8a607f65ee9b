// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.syntax.Bytes;

import java.util.Locale;

/// What a request is for, from its target and its Host (RFC 9112, 3.2 and 3.3). `authority` is the
/// host, with its port if that was given, in small letters; empty if a request of HTTP/1.0 does not
/// say. `path` begins with a slash, or is `*`, or empty in the authority-form of CONNECT. `query`
/// is null if there is no question mark. All are as they were sent, not decoded.
public record Target(
        String authority,
        String path,
        @org.jspecify.annotations.Nullable String query,
        @org.jspecify.annotations.Nullable String scheme) {
    private static final int BAD_REQUEST = 400;
    private static final int LONGEST_PORT = 5;

    /// Throws [BadMessage] if the target does not have the form that the method asks for, or Host
    /// is missing, there twice or not an authority.
    public static Target of(RequestHead head) throws BadMessage {
        var host = host(head);
        var target = head.target();
        if (head.method().equals("CONNECT")) {
            if (!isAuthority(target)
                    || target.lastIndexOf(':') <= target.lastIndexOf(']')
                    || target.endsWith(":")) {
                throw new BadMessage(BAD_REQUEST, "the target of CONNECT is not host:port");
            }
            return new Target(small(target), "", null, null);
        }
        if (target.charAt(0) == '/') {
            return split(host, target, 0, null);
        }
        if (target.equals("*")) {
            if (!head.method().equals("OPTIONS")) {
                throw new BadMessage(BAD_REQUEST, "the target * is for OPTIONS");
            }
            return new Target(host, target, null, null);
        }
        return absolute(target, head.method());
    }

    private static Target absolute(String target, String method) throws BadMessage {
        int from = target.indexOf("://");
        var scheme = from < 0 ? "" : small(target.substring(0, from));
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new BadMessage(BAD_REQUEST, "the target is neither a path nor a URL of HTTP");
        }
        from += "://".length();
        int to = from;
        while (to < target.length() && target.charAt(to) != '/' && target.charAt(to) != '?') {
            to++;
        }
        var authority = target.substring(from, to);
        if (!isAuthority(authority)) {
            throw new BadMessage(BAD_REQUEST, "the host of the target is not one");
        }
        if (to == target.length() && method.equals("OPTIONS")) {
            return new Target(small(authority), "*", null, scheme);
        }
        return split(small(authority), target, to, scheme);
    }

    private static Target split(
            String authority,
            String target,
            int from,
            @org.jspecify.annotations.Nullable String scheme) {
        int mark = target.indexOf('?', from);
        var path = mark < 0 ? target.substring(from) : target.substring(from, mark);
        return new Target(
                authority,
                path.isEmpty() ? "/" : path,
                mark < 0 ? null : target.substring(mark + 1),
                scheme);
    }

    private static String host(RequestHead head) throws BadMessage {
        var fields = head.headers().fields();
        int at = fields.find("Host", 0);
        if (at < 0) {
            if (head.minorVersion() > 0) {
                throw new BadMessage(BAD_REQUEST, "no Host");
            }
            return "";
        }
        if (fields.find("Host", at + 1) >= 0) {
            throw new BadMessage(BAD_REQUEST, "more than one Host");
        }
        var host = fields.value(at);
        if (!isAuthority(host)) {
            throw new BadMessage(BAD_REQUEST, "Host is not a host, or one with its port");
        }
        return small(host);
    }

    /// Whether it is a host, with or without a port, and no user: RFC 3986, 3.2.2 and 3.2.3.
    static boolean isAuthority(String text) {
        int end = text.startsWith("[") ? literalEnd(text) : nameEnd(text);
        if (end <= 0) {
            return false;
        }
        if (end == text.length()) {
            return true;
        }
        return text.charAt(end) == ':'
                && text.length() - end - 1 <= LONGEST_PORT
                && text.chars().skip(end + 1).allMatch(c -> c >= '0' && c <= '9')
                && (end + 1 == text.length()
                        || Integer.parseInt(text, end + 1, text.length(), 10) <= 0xffff);
    }

    private static int nameEnd(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) != ':') {
            char c = text.charAt(at);
            if (c == '%') {
                if (at + 2 >= text.length()
                        || Bytes.hex(text.charAt(at + 1)) < 0
                        || Bytes.hex(text.charAt(at + 2)) < 0) {
                    return -1;
                }
            } else if (!isName(c)) {
                return -1;
            }
            at++;
        }
        return at;
    }

    private static boolean isName(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "-._~!$&'()*+,;=".indexOf(c) >= 0;
    }

    /// Behind the bracket that ends an address of IPv6, or of a version to come.
    private static int literalEnd(String text) {
        int close = text.indexOf(']');
        if (close < 3) {
            return -1;
        }
        for (int i = 1; i < close; i++) {
            char c = text.charAt(i);
            if (!isName(c) && c != ':') {
                return -1;
            }
        }
        var inner = text.substring(1, close);
        boolean isFuture = inner.matches("[vV][0-9a-fA-F]+\\.[^:]*+.*");
        boolean isAddress = inner.indexOf(':') >= 0 && inner.matches("[0-9a-fA-F:.]+");
        return isFuture || isAddress ? close + 1 : -1;
    }

    private static String small(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return text.toLowerCase(Locale.ROOT);
            }
        }
        return text;
    }
}
