// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;

import org.jspecify.annotations.Nullable;

/// What a request is for, from its target and its Host (RFC 9112, 3.2 and 3.3). `authority` is the
/// host, with its port if that was given, in small letters; empty if a request of HTTP/1.0 does not
/// say. `path` begins with a slash, or is `*`, or empty in the authority-form of CONNECT. `query`
/// is null if there is no question mark. `scheme` is null unless the target is a whole URL, and the
/// connection tells it. All are as they were sent, not decoded.
public record Target(
        String authority, String path, @Nullable String query, @Nullable String scheme) {
    private static final int BAD_REQUEST = 400;

    /// Throws [BadMessage] if the target does not have the form that the method asks for, or Host
    /// is missing, there twice or not an authority.
    public static Target of(RequestHead head) throws BadMessage {
        var host = host(head);
        var target = head.target();
        if (head.method().equals("CONNECT")) {
            var authority = Authority.withPort(target);
            if (authority == null) {
                throw new BadMessage(BAD_REQUEST, "the target of CONNECT is not host:port");
            }
            return new Target(authority, "", null, null);
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

    /// Its host counts, whatever Host says (RFC 9112, 3.2.2).
    private static Target absolute(String target, String method) throws BadMessage {
        int from = target.indexOf("://");
        var scheme = from < 0 ? "" : Authority.small(target.substring(0, from));
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new BadMessage(BAD_REQUEST, "the target is neither a path nor a URL of HTTP");
        }
        from += "://".length();
        int to = from;
        while (to < target.length() && target.charAt(to) != '/' && target.charAt(to) != '?') {
            to++;
        }
        var authority = Authority.normal(target.substring(from, to));
        if (authority == null) {
            throw new BadMessage(BAD_REQUEST, "the host of the target is not one");
        }
        if (to == target.length() && method.equals("OPTIONS")) {
            return new Target(authority, "*", null, scheme);
        }
        return split(authority, target, to, scheme);
    }

    private static Target split(
            String authority, String target, int from, @Nullable String scheme) {
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
        var host = Authority.normal(fields.value(at));
        if (host == null) {
            throw new BadMessage(BAD_REQUEST, "Host is not a host, or one with its port");
        }
        return host;
    }
}
