// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.syntax.Bytes;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// A host with or without a port, and no user (RFC 3986, 3.2.2 and 3.2.3; RFC 9110, 4.2.4).
///
/// Two things that RFC 3986 lets pass are none here: an empty host, which HTTP's URLs may not have
/// (RFC 9110, 4.2.1), and a comma, which is what two fields that somebody joined look like.
final class Authority {
    private static final int LONGEST_PORT = 5;
    private static final int LAST_PORT = 0xffff;
    private static final int GROUPS = 8; // of an IPv6 address

    private Authority() {}

    /// In small letters and without a colon that no port follows; null if it is none.
    static @Nullable String normal(String text) {
        int host = hostEnd(text);
        if (host <= 0) {
            return null;
        }
        if (host == text.length()) {
            return small(text);
        }
        int port = port(text, host);
        if (port < 0) {
            return null;
        }
        return small(host + 1 == text.length() ? text.substring(0, host) : text);
    }

    /// As [#normal], if it has a port that can be connected to.
    static @Nullable String withPort(String text) {
        int host = hostEnd(text);
        return host > 0 && host < text.length() && port(text, host) > 0 ? small(text) : null;
    }

    static boolean isIpv6(String text) {
        return isIpv6(text, 0, text.length());
    }

    static boolean isIpv4(String text) {
        return isIpv4(text, 0, text.length());
    }

    /// Behind the host; -1 if there is none.
    private static int hostEnd(String text) {
        return text.startsWith("[") ? literalEnd(text) : nameEnd(text);
    }

    /// What follows the colon at a place: 0 if nothing does, -1 if it is no port.
    private static int port(String text, int colon) {
        if (text.charAt(colon) != ':' || text.length() - colon - 1 > LONGEST_PORT) {
            return -1;
        }
        int port = 0;
        for (int i = colon + 1; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            port = port * 10 + digit;
        }
        return port <= LAST_PORT ? port : -1;
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
            } else if (c == ',' || !Bytes.isName(c)) {
                return -1;
            }
            at++;
        }
        return at;
    }

    /// Behind the bracket that ends an address of IPv6, or of a version to come.
    private static int literalEnd(String text) {
        int close = text.indexOf(']');
        return close > 0 && (isIpv6(text, 1, close) || isOfFuture(text, 1, close)) ? close + 1 : -1;
    }

    /// `"v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )`
    private static boolean isOfFuture(String text, int from, int to) {
        int at = from + 1;
        while (at < to && Bytes.hex(text.charAt(at)) >= 0) {
            at++;
        }
        if (Bytes.small(text.charAt(from)) != 'v'
                || at == from + 1
                || at + 1 >= to
                || text.charAt(at) != '.') {
            return false;
        }
        for (at++; at < to; at++) {
            if (text.charAt(at) != ':' && !Bytes.isName(text.charAt(at))) {
                return false;
            }
        }
        return true;
    }

    /// Groups of up to four digits; two colons stand for one group of zeros or more, once; the last
    /// two groups may be an IPv4 address.
    private static boolean isIpv6(String text, int from, int to) {
        int groups = 0;
        boolean isShort = text.startsWith("::", from);
        int at = isShort ? from + 2 : from;
        while (at < to || (groups == 0 && !isShort)) {
            int start = at;
            while (at < to && Bytes.hex(text.charAt(at)) >= 0) {
                at++;
            }
            if (at < to && text.charAt(at) == '.') {
                groups += 2;
                return isIpv4(text, start, to) && (isShort ? groups < GROUPS : groups == GROUPS);
            }
            if (at == start || at - start > 4) {
                return false;
            }
            groups++;
            if (at == to) {
                break;
            }
            if (text.charAt(at) != ':' || ++at == to) {
                return false;
            }
            if (text.charAt(at) == ':') {
                if (isShort) {
                    return false;
                }
                isShort = true;
                at++;
            }
        }
        return isShort ? groups < GROUPS : groups == GROUPS;
    }

    private static boolean isIpv4(String text, int from, int to) {
        int at = from;
        for (int i = 0; i < 4; i++) {
            int start = at;
            int number = 0;
            while (at < to && at - start < 3 && isDigit(text.charAt(at))) {
                number = number * 10 + text.charAt(at++) - '0';
            }
            boolean isOctet =
                    at > start && number <= 0xff && (text.charAt(start) != '0' || at == start + 1);
            boolean goesOn = i < 3 ? at < to && text.charAt(at) == '.' : at == to;
            if (!isOctet || !goesOn) {
                return false;
            }
            at++;
        }
        return true;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static String small(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return text.toLowerCase(Locale.ROOT);
            }
        }
        return text;
    }
}
